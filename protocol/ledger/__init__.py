"""One community's record: entries, the Merkle tree over them, signed heads and proofs."""
