"""A community's charter: its rules as data, by version. Spec: docs/spec/charter.md.

A charter says how many members vouch for a newcomer, how many confirm a lost key's
replacement, who may read the structural entries, whether positions are taken in a room,
for each type of proposal the terms of its decision (read by decisions/terms.py), and which
offices there are. It changes only by a decision of type `charter` under the charter in force.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from protocol.errors import Malformed, Refused
from protocol.wire.bodies import Hex32, body, body_json, read_body
from protocol.wire.encoding import JsonValue
from protocol.wire.limits import YEAR_S

PUBLIC = "public"
COMMUNITY = "community"
GENERAL = "general"
TypeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}\z")]
People = Annotated[int, Field(ge=1, le=1000)]


@body
class Admission:
    """How many members must vouch for a newcomer; the one who invited counts."""

    sponsors: People


@body
class Recovery:
    """How many members must confirm a new key for a member who lost hers."""

    confirmations: People


@body
class AssemblyRule:
    """What minutes of an assembly that meets in a room need to count.

    `witnesses` other members countersign; for `contest_s` after the last of them members can
    contest, and `contests` different ones void the minutes.
    """

    witnesses: People
    contest_s: Annotated[int, Field(ge=0, le=YEAR_S)]
    contests: People


@body
class Charter:
    """The rules of one community; without `assembly` no positions are taken in a room.

    What `offices` says is read by protocol/offices/definition.py, as terms are by their floor.
    """

    audience: Literal["community", "public"]
    admission: Admission
    recovery: Recovery
    decisions: dict[TypeName, dict[str, JsonValue]]
    assembly: AssemblyRule | None = None
    offices: dict[TypeName, dict[str, JsonValue]] | None = None

    def terms(self, proposal_type: str) -> dict[str, JsonValue]:
        """The terms of a type of proposal; a type that is not named falls back to `general`."""
        return self.decisions.get(proposal_type, self.decisions[GENERAL])


@body
class Adoption:
    """The entry that puts a charter in force; `decision` is none only while founding."""

    version: Annotated[int, Field(ge=1, le=100_000)]
    charter: Charter
    decision: Hex32 | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charters:
    """Every version so far, oldest first."""

    versions: tuple[Charter, ...] = ()

    @property
    def current(self) -> Charter:
        """The charter in force.

        Raises:
            Refused: The community has none yet.
        """
        if not self.versions:
            raise Refused("charter-missing", "the community has not adopted a charter yet")
        return self.versions[-1]

    @property
    def version(self) -> int:
        """The number of the charter in force; 0 before the first."""
        return len(self.versions)

    def at(self, version: int) -> Charter:
        """A charter by number, counted from 1."""
        return self.versions[version - 1]


def read_charter(value: Mapping[str, JsonValue]) -> Charter:
    """A charter from its JSON object.

    Raises:
        Malformed: It is not one.
    """
    return read_body(Charter, value)


def charter_json(charter: Charter) -> dict[str, JsonValue]:
    """The JSON object of a charter."""
    return body_json(charter)


def check_charter(charter: Charter) -> None:
    """A charter can be lived with: it has general terms and not too many types.

    Raises:
        Malformed: A part is missing or over its limit.
    """
    if GENERAL not in charter.decisions:
        raise Malformed("charter-general", "a charter needs terms for the type `general`")
    if len(charter.decisions) > 32:
        raise Malformed("charter-types", "a charter names at most 32 types of proposal")


def adoption_audience(charters: Charters, charter: Charter) -> str:
    """To whom an adoption is addressed: whoever may read the structure before or after it.

    A reader who is about to lose sight of the structure must see that, or she would go on
    believing structural entries that the community itself holds to be void.
    """
    before = charters.versions[-1].audience if charters.versions else charter.audience
    return PUBLIC if PUBLIC in (before, charter.audience) else COMMUNITY


def check_adoption(
    charters: Charters, adoption: Adoption, audience: str, *, founding: bool
) -> None:
    """A new version follows the last one; whether its decision allows it is asked above.

    Raises:
        Malformed: The charter cannot be lived with.
        Refused: The number does not follow, a founded community cites no decision, or the
            entry is addressed to the wrong readers.
    """
    if adoption.version != charters.version + 1:
        raise Refused("charter-version", f"the next charter is version {charters.version + 1}")
    if adoption.decision is None and not founding:
        raise Refused("charter-decision", "after founding, a charter changes only by decision")
    check_charter(adoption.charter)
    if audience != adoption_audience(charters, adoption.charter):
        raise Refused("charter-audience", "who may read the structure may read its charter")
    before = charters.versions[-1].audience if charters.versions else audience
    if adoption.decision is None and before != adoption.charter.audience:
        raise Refused("charter-audience", "only a decision changes who reads the structure")


def apply_adoption(charters: Charters, adoption: Adoption) -> Charters:
    """The charter is in force from this entry on."""
    return Charters(versions=(*charters.versions, adoption.charter))
