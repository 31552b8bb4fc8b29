"""Pages of deciding: propose, discuss, amend, vote, and what came of it."""
