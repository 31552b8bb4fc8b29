"""Communities decide together: compact, roster, joint proposal, position, close, outcome."""
