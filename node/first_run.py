"""A community that is being founded from browsers: its one-time link, and what was said so far.

Both are files that only we may read, and each change is on disk before anybody is answered: who
comes back after a crash, with the same link, goes on where she was. What is written down here is
no secret but the links: keys are made in browsers, and only their public halves come here.

    founding.token    the link's secret; whoever has it founds the community
    founding.json     the draft
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from node.charters import whole_charter
from node.founding import (
    BEGUN,
    Founder,
    Plan,
    found_community,
    is_founded,
    resume_founding,
    was_cut_short,
)
from node.keys import forget_secret, read_secret, write_secret
from node.ports import Entropy, Ports
from node.settings import Settings
from protocol.community.charter import Charter, charter_json
from protocol.community.members import Household
from protocol.decisions.terms import read_terms
from protocol.errors import Refused
from protocol.wire.bodies import Count, KeyText, Language, Rows, body, body_json, read_body
from protocol.wire.encoding import JsonValue, read_json, write_json
from protocol.wire.keys import read_public_key
from protocol.wire.text import b64url_encode

TOKEN: Final = "founding.token"  # noqa: S105 - the name of the file, not what is in it
DRAFT: Final = "founding.json"
MOST_PEOPLE: Final = 200
_LINK_BYTES: Final = 24


@body
class Person:
    """A founder; `link` opens a page of hers, until her key is there. The first has number 0."""

    number: Count
    link: str
    name: str = ""
    household: Household | None = None
    key: KeyText | None = None


@body
class Draft:
    """What was said so far; `agreed` once somebody has read the charter in words."""

    name: str = ""
    languages: Rows[Language] = ()
    charter: dict[str, JsonValue] | None = None
    agreed: bool = False
    people: Rows[Person] = ()
    next_root: KeyText | None = None


@dataclass(slots=True)
class FirstRun:
    """The founding that goes on in one data directory."""

    data_dir: Path
    entropy: Entropy
    token: str = field(repr=False)
    draft: Draft

    @property
    def charter(self) -> Charter | None:
        """The charter that was chosen."""
        return None if self.draft.charter is None else whole_charter(self.draft.charter)

    @property
    def first(self) -> Person:
        """Who founds."""
        return self.draft.people[0]

    @property
    def counts_households(self) -> bool:
        """Whether some decision is taken by households."""
        charter = self.charter
        return charter is not None and any(
            read_terms(terms).unit == "household" for terms in charter.decisions.values()
        )

    def opens(self, token: str) -> bool:
        """Whether this is the founding's own link."""
        return hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode())

    def person(self, number: int, link: str) -> Person | None:
        """Whose page a link opens."""
        for one in self.draft.people[1:]:
            if one.number == number and hmac.compare_digest(
                link.encode("utf-8", "replace"), one.link.encode()
            ):
                return one
        return None

    def change(self, **changes: Any) -> None:
        """Something more was said; it is on disk when this returns."""
        draft = replace(self.draft, **changes)
        text = write_json(body_json(draft)).decode()
        write_secret(self.data_dir / DRAFT, text)
        self.draft = draft

    def choose(self, charter: Charter) -> None:
        """Another charter; it has to be read anew."""
        self.change(charter=charter_json(charter), agreed=False)

    def change_person(self, number: int, **changes: Any) -> None:
        """Something more was said about one founder."""
        people = tuple(
            replace(one, **changes) if one.number == number else one for one in self.draft.people
        )
        self.change(people=people)

    def invite(self) -> None:
        """A place for one founder more.

        Raises:
            Refused: There are enough to be invited by members instead.
        """
        if len(self.draft.people) >= MOST_PEOPLE:
            raise Refused("founders-many", f"at most {MOST_PEOPLE} found together; others join")
        number = max(one.number for one in self.draft.people) + 1
        person = Person(number=number, link=_secret(self.entropy))
        self.change(people=(*self.draft.people, person))

    def drop_person(self, number: int) -> None:
        """A founder's place is gone, and her link opens nothing; the first one stays."""
        people = (one for one in self.draft.people if number == 0 or one.number != number)
        self.change(people=tuple(people))

    def missing(self) -> tuple[str, ...]:
        """What is still to be said before the community can be founded."""
        draft, charter = self.draft, self.charter
        people, others = draft.people, draft.people[1:]
        homeless = self.counts_households and any(
            one.household is None for one in people if one.key is not None
        )
        found = {
            "name": not draft.name or not draft.languages,
            "rules": charter is None or not draft.agreed,
            "me": self.first.key is None,
            "words": draft.next_root is None,
            "waiting": any(one.key is None for one in others),
            "few": charter is not None and len(people) < charter.admission.sponsors,
            "household": homeless,
        }
        return tuple(name for name, lacks in found.items() if lacks)

    def plan(self) -> Plan:
        """Everything that was said, as founding takes it.

        Raises:
            Refused: Something was not said yet.
        """
        charter, next_root = self.charter, self.draft.next_root
        if charter is None or next_root is None or self.missing():
            raise Refused("founding-incomplete", f"still missing: {', '.join(self.missing())}")
        return Plan(
            name=self.draft.name,
            languages=tuple(self.draft.languages),
            charter=charter,
            founders=[
                Founder(key=read_public_key(one.key), household=one.household)
                for one in self.draft.people
                if one.key is not None
            ],
            next_root=read_public_key(next_root),
        )

    async def found(self, settings: Settings, ports: Ports) -> None:
        """Found what was said, once; what led to it is gone when this returns.

        Raises:
            ProtocolError: It cannot stand, or something was not said yet; nothing was made.
        """
        if was_cut_short(self.data_dir):
            await resume_founding(settings, ports)
        elif not is_founded(self.data_dir):
            await found_community(settings, self.plan(), ports)
        clear_first_run(self.data_dir)


def open_first_run(data_dir: Path, entropy: Entropy) -> FirstRun:
    """The founding that was begun here, or a new one.

    Raises:
        KeyFileError: Others can read its files.
        Malformed: The draft is damaged.
    """
    token = (read_secret(data_dir / TOKEN) or "").strip()
    if not token:
        token = _secret(entropy)
        write_secret(data_dir / TOKEN, token + "\n")
    held = read_secret(data_dir / DRAFT)
    draft = Draft() if held is None else read_body(Draft, _object(held))
    if not draft.people:
        draft = replace(draft, people=(Person(number=0, link=""),))
    return FirstRun(data_dir, entropy, token, draft)


def clear_first_run(data_dir: Path) -> None:
    """A community lives here: what led to it is gone."""
    for name in (TOKEN, DRAFT, BEGUN):
        if (data_dir / name).exists():
            forget_secret(data_dir / name)


def _object(text: str) -> Mapping[str, JsonValue]:
    value = read_json(text.encode())
    return value if isinstance(value, dict) else {}


def _secret(entropy: Entropy) -> str:
    return b64url_encode(entropy.bytes(_LINK_BYTES))
