"""Pages of the ledger: entries in plain sentences, and what a browser verifies."""
