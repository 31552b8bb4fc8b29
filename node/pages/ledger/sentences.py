"""What an entry says, in one plain sentence. Pure: a message, and what is known around it.

A kind is one row of `ROWS`: the parts that its sentence holds beside who says it. The sentence
itself is `said.<kind>` in words/, the stroke of the kind written as a hyphen.
"""

from collections.abc import Callable, Mapping
from typing import Final

from markupsafe import Markup, escape

from node.pages.ledger.looks import Body, Looks, text_of, title_in
from node.pages.markup import bdi
from protocol.errors import Malformed
from protocol.kinds import KINDS
from protocol.wire.bodies import read_body
from protocol.wire.digests import MessageId
from protocol.wire.encoding import JsonValue
from protocol.wire.message import Message

ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    "identity/inception": (),
    "identity/rotate": (),
    "identity/address": ("urls",),
    "identity/witness": ("home",),
    "community/describe": ("name",),
    "charter/adopt": ("version",),
    "member/found": ("newcomer",),
    "member/invite": (),
    "member/join": ("newcomer",),
    "member/sponsor": ("member",),
    "member/leave": (),
    "member/replace": ("member",),
    "member/add-key": (),
    "member/drop-key": (),
    "household/move": ("household",),
    "household/welcome": ("member", "household"),
    "member/profile": ("name",),
    "text/publish": ("own-title",),
    "discussion/comment": ("proposal",),
    "proposal/draft": ("text",),
    "amendment/propose": ("proposal",),
    "amendment/accept": ("amended",),
    "amendment/decline": ("amended",),
    "amendment/withdraw": ("amended",),
    "proposal/open": ("proposal", "until"),
    "proposal/withdraw": ("proposal",),
    "position/take": ("proposal", "choice"),
    "proposal/close": ("proposal", "result"),
    "assembly/convene": ("text", "starts"),
    "assembly/cancel": ("assembly",),
    "assembly/minutes": ("text", "present"),
    "assembly/countersign": ("minutes",),
    "assembly/contest": ("minutes",),
    "office/stand": ("office",),
    "office/retreat": ("office",),
    "office/accept": ("decision",),
    "office/decline": ("decision",),
    "office/resign": ("office",),
    "election/call": ("office", "text"),
    "ballot/cast": ("election",),
    "election/close": ("election",),
    "recall/call": ("held", "text"),
    "mandate/suspend": ("mandate",),
    "account/report": ("text", "period"),
    "account/accept": ("report",),
    "office/attest": ("member", "office", "term-end"),
    "office/end": ("credential",),
    "federation/compact": ("text",),
    "federation/join": ("federation",),
    "federation/leave": ("federation",),
    "federation/propose": ("text", "federation", "until"),
    "federation/position": ("joint", "choice"),
    "closing/receipt": ("joint",),
    "closing/list": ("joint", "round"),
    "closing/vote": ("joint", "round"),
    "closing/commit": ("joint", "round"),
    "closing/turn": ("joint", "round"),
    "federation/outcome": ("joint", "verdict"),
    "fork/evidence": ("accused",),
    "entry/erase": ("index",),
    "operation/record": ("done",),
}

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "decisions": ("proposal", "position", "amendment", "text", "discussion", "charter", "assembly"),
    "offices": ("office", "election", "ballot", "recall", "mandate", "account"),
    "members": ("member", "household"),
    "federation": ("federation", "closing"),
    "node": ("identity", "community", "entry", "fork", "operation"),
}
"""What people look for, by the first half of kinds."""


def slug(kind: str) -> str:
    """A kind as the key of a sentence."""
    return kind.replace("/", "-")


def group_of(kind: str) -> str:
    """The group that a kind belongs to; empty for a kind that is not known here."""
    area = kind.partition("/")[0]
    return next((group for group, areas in GROUPS.items() if area in areas), "")


def sentence(message: Message, looks: Looks) -> Markup:
    """What a message says, in the visitor's language."""
    who = looks.speaker(message)
    if message.kind not in ROWS or not _is_well_formed(message):
        return looks.words("said.anything", who=who, kind=message.kind)
    parts = {name.replace("-", "_"): _PARTS[name](message, looks) for name in ROWS[message.kind]}
    return looks.words(f"said.{slug(message.kind)}", who=who, **parts)


def _is_well_formed(message: Message) -> bool:
    """Whether the parts are there; an entry that counts for nothing may hold anything."""
    kind = KINDS.get(message.kind)
    if kind is None:
        return False
    try:
        read_body(kind.body, message.body)
    except Malformed:
        return False
    return True


def _number(body: Body, name: str) -> int:
    found = body.get(name)
    return found if isinstance(found, int) else 0


def _name(message: Message, _looks: Looks) -> Markup:
    return bdi(text_of(message.body, "name"))


def _urls(message: Message, looks: Looks) -> Markup:
    urls = message.body.get("urls")
    shown = [bdi(str(url)) for url in urls] if isinstance(urls, list) else []
    return Markup(", ").join(shown) if shown else looks.words("said.no-address")


def _home(message: Message, looks: Looks) -> Markup:
    home = text_of(message.body, "home")
    return looks.community(home) if home else looks.words("said.no-home")


def _version(message: Message, _looks: Looks) -> Markup:
    return escape(_number(message.body, "version"))


def _newcomer(message: Message, looks: Looks) -> Markup:
    """Who came in by this very message: her id is the message's."""
    return looks.member(message.id)


def _member(message: Message, looks: Looks) -> Markup:
    return looks.member(text_of(message.body, "member"))


def _household(message: Message, looks: Looks) -> Markup:
    household = text_of(message.body, "household")
    return bdi(household) if household else looks.words("said.no-household")


def _own_title(message: Message, looks: Looks) -> Markup:
    return looks.titled(title_in(message.body.get("title"), looks.words.language))


def _text(message: Message, looks: Looks) -> Markup:
    text = text_of(message.body, "text")
    return looks.text(text) or looks.words("said.text-number", id=text[:8])


def _proposal(message: Message, looks: Looks) -> Markup:
    return looks.proposal(text_of(message.body, "proposal"))


def _amended(message: Message, looks: Looks) -> Markup:
    found = looks.book.amendments.get(MessageId(text_of(message.body, "amendment")))
    return looks.proposal(text_of(message.body, "amendment") if found is None else found.proposal)


def _until(message: Message, looks: Looks) -> Markup:
    return escape(looks.moments.at(_number(message.body, "closes_at")))


def _starts(message: Message, looks: Looks) -> Markup:
    return escape(looks.moments.at(_number(message.body, "starts_at")))


def _assembly(message: Message, looks: Looks) -> Markup:
    return looks.assembly(text_of(message.body, "assembly"))


def _office(message: Message, looks: Looks) -> Markup:
    office = text_of(message.body, "office")
    return bdi(office) if office else looks.words("said.an-office")


def _decision(message: Message, looks: Looks) -> Markup:
    return looks.proposal(text_of(message.body, "decision"))


def _mandate(message: Message, looks: Looks) -> Markup:
    return looks.proposal(text_of(message.body, "mandate"))


def _report(message: Message, looks: Looks) -> Markup:
    return looks.report(text_of(message.body, "report"))


def _period(message: Message, _looks: Looks) -> Markup:
    return escape(_number(message.body, "period"))


def _held(message: Message, looks: Looks) -> Markup:
    return looks.held(text_of(message.body, "place"))


def _election(message: Message, looks: Looks) -> Markup:
    election = text_of(message.body, "election")
    found = looks.book.elections.by_id.get(MessageId(election))
    return (
        looks.words("said.election-number", id=election[:8]) if found is None else bdi(found.office)
    )


def _credential(message: Message, looks: Looks) -> Markup:
    credential = text_of(message.body, "credential")
    found = looks.book.credentials.by_id.get(MessageId(credential))
    return looks.held(credential if found is None else found.body.place)


def _term_end(message: Message, looks: Looks) -> Markup:
    return escape(looks.moments.at(_number(message.body, "until")))


def _minutes(message: Message, looks: Looks) -> Markup:
    return looks.minutes(text_of(message.body, "minutes"))


def _present(message: Message, looks: Looks) -> Markup:
    present = message.body.get("attendance")
    return looks.words.number("said.present", len(present) if isinstance(present, list) else 0)


def _done(message: Message, looks: Looks) -> Markup:
    """What the operator did, and of what."""
    act, note = text_of(message.body, "act"), text_of(message.body, "note")
    done = looks.words(f"admin.did-{act}")
    return looks.words("said.done-of", done=done, note=bdi(note)) if note else done


def _choice(message: Message, looks: Looks) -> Markup:
    return looks.words(f"said.choice-{text_of(message.body, 'choice')}")


def _verdict(message: Message, looks: Looks) -> Markup:
    return looks.words(f"said.verdict-{text_of(message.body, 'verdict')}")


def _result(message: Message, looks: Looks) -> Markup:
    """A verdict with the count behind it."""
    outcome = _object(message.body, "outcome")
    tally = _object(outcome, "tally")
    return looks.words(
        f"said.result-{text_of(outcome, 'verdict')}",
        support=_number(tally, "agree") + _number(tally, "reservations"),
        all=_number(tally, "electorate"),
    )


def _object(body: Body, name: str) -> Mapping[str, JsonValue]:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _federation(message: Message, looks: Looks) -> Markup:
    return looks.federation(text_of(message.body, "federation"))


def _joint(message: Message, looks: Looks) -> Markup:
    return looks.joint(text_of(message.body, "proposal"))


def _round(message: Message, _looks: Looks) -> Markup:
    return escape(_number(message.body, "round") + 1)


def _accused(message: Message, looks: Looks) -> Markup:
    return looks.community(text_of(message.body, "ledger"))


def _index(message: Message, _looks: Looks) -> Markup:
    return escape(_number(message.body, "index"))


_PARTS: Final[Mapping[str, Callable[[Message, Looks], Markup]]] = {
    "accused": _accused,
    "amended": _amended,
    "assembly": _assembly,
    "choice": _choice,
    "credential": _credential,
    "decision": _decision,
    "done": _done,
    "election": _election,
    "federation": _federation,
    "held": _held,
    "home": _home,
    "household": _household,
    "index": _index,
    "joint": _joint,
    "mandate": _mandate,
    "member": _member,
    "minutes": _minutes,
    "name": _name,
    "newcomer": _newcomer,
    "office": _office,
    "own-title": _own_title,
    "period": _period,
    "present": _present,
    "proposal": _proposal,
    "report": _report,
    "result": _result,
    "round": _round,
    "starts": _starts,
    "term-end": _term_end,
    "text": _text,
    "until": _until,
    "urls": _urls,
    "verdict": _verdict,
    "version": _version,
}
