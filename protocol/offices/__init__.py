"""Offices: who holds one, for how long, by which mandate, and how she is recalled."""
