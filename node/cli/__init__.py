"""The command `acuerdo`: what people and operators do from a terminal. It translates, no more."""
