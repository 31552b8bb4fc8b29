"""Ballots: choosing among several options. One file a method. Spec: docs/spec/ballots.md."""
