"""How a command ends badly: an exit code for programs, a code and a sentence for people.

1 refused by rules    2 usage    3 cannot reach the node    4 not verified or tampered with
5 not authorised      70 internal
"""

from typing import Final

from protocol.errors import Inconsistent, ProtocolError, Unauthentic

OK: Final = 0
REFUSED: Final = 1
USAGE: Final = 2
UNREACHED: Final = 3
UNVERIFIED: Final = 4
UNAUTHORISED: Final = 5
INTERNAL: Final = 70

EXIT_CODES: Final = (OK, REFUSED, USAGE, UNREACHED, UNVERIFIED, UNAUTHORISED, INTERNAL)


class Trouble(Exception):  # noqa: N818 - not every trouble is an error of ours
    """A command cannot do what it was asked; `code` is stable, `detail` is for people."""

    def __init__(self, code: str, detail: str, exit_code: int = REFUSED) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.exit_code = exit_code


def trouble_of(problem: ProtocolError) -> Trouble:
    """The same problem as a command's end; doubt about what is genuine has its own exit code."""
    doubtful = isinstance(problem, Unauthentic | Inconsistent)
    return Trouble(problem.code, problem.detail, UNVERIFIED if doubtful else REFUSED)


def unverified(problem: ProtocolError) -> Trouble:
    """What a node gave us does not hold, in whichever way."""
    return Trouble(problem.code, problem.detail, UNVERIFIED)
