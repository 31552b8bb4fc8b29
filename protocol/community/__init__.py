"""How a community is made up: charter, members, households."""
