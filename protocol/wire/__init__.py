"""Bytes and what they mean: strict readers and writers, digests, keys, the signed message."""
