"""One community's node: the only part of the program that touches the world."""
