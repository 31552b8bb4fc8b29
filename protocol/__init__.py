"""Acuerdo's rules: pure functions over bytes and entries. Nothing here touches the world."""
