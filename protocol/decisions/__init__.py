"""How a community decides: proposals, discussion, amendments, positions, outcomes."""
