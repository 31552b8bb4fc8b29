"""How ledgers travel: the bundle, and what makes a copy longer."""
