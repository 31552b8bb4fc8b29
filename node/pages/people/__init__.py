"""Pages about people: inviting, joining, members, and the keys of their devices."""
