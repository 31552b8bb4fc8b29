"""What a forger with a text editor does to a bundle: one word for another of the same length.

Entries stand in a bundle as readable text, so nothing of the program is needed for it.
"""

_WAS, _BECOMES = rb"\"choice\":\"agree\"", rb"\"choice\":\"block\""


def forge(bundle: bytes, ledger: str, index: int) -> bytes:
    """A copy of the bundle in which the position at that place is a block.

    Raises:
        ValueError: No agreement stands at that place.
    """
    beginning = b'{"index":%d,"received":' % index
    at = bundle.find(beginning)
    while at >= 0:
        end = bundle.find(b'{"index":', at + 1)
        entry = bundle[at:] if end < 0 else bundle[at:end]
        if ledger.encode() in entry and _WAS in entry:
            start, rest = bundle[:at], bundle[at + len(entry) :]
            return start + entry.replace(_WAS, _BECOMES, 1) + rest
        at = bundle.find(beginning, at + 1)
    raise ValueError(f"entry {index} of {ledger} is no agreement")
