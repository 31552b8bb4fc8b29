"""Pages of the first run: a community is founded in browsers."""
