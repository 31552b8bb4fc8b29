"""What the node keeps on disk: rows go in and out here and are known nowhere else.

Every function takes a `Connection` and never commits: whoever opened it with `Store.write()` or
`Store.read()` decides what belongs into one transaction. What must never change is guarded by
triggers as well, so that no bug, and nobody with a database shell, rewrites history unnoticed.
"""
