"""The ways in which something from outside can be wrong.

Every error carries a stable code, listed in docs/spec/errors.md, so that a program can
tell causes apart and a person can look them up. Families follow from who is at fault and
what a caller may do about it. Our own bugs are never a ProtocolError.
"""


class ProtocolError(Exception):
    """Something from outside that cannot be accepted; `code` is stable, `detail` is for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class Malformed(ProtocolError):  # noqa: N818 - named for what is the case
    """It cannot be read: not the one spelling that the format allows, or over a limit."""


class Unauthentic(ProtocolError):  # noqa: N818 - named for what is the case
    """A key or signature does not stand for what it claims to stand for."""


class Inconsistent(ProtocolError):  # noqa: N818 - named for what is the case
    """A proof or a history contradicts what is already known; may be evidence of a fork."""


class Refused(ProtocolError):  # noqa: N818 - named for what is the case
    """Well formed and genuine, but the rules of the community or federation say no."""


class Behind(ProtocolError):  # noqa: N818 - named for what is the case
    """History is missing here; `size` tells how much of the ledger is known."""

    def __init__(self, code: str, detail: str, *, size: int) -> None:
        super().__init__(code, detail)
        self.size = size
