"""How an office is elected. Rows of the table in cases.py."""

from protocol.wire.bodies import body_json
from tests.protocol.kinds import office_histories as office
from tests.protocol.kinds.case import Said, about
from tests.protocol.kinds.histories import NOBODY, adopt, body, village
from tests.protocol.kinds.office_histories import DAY, elected, election_closing, rules
from tests.protocol.kinds.office_histories import office as defined
from tests.protocol.ledgers import VOICE, Body, Ledger

_adopt = about("charter/adopt", village, adopt(2, {}), VOICE)
_call = about("election/call", office.standing_three, body(office="health", text="@text"), "Dora")
_close = about("election/close", office.election_waits, election_closing(), VOICE)


def choosing(*names: str) -> Said:
    def made(ledger: Ledger) -> Body:
        return {"election": ledger.marks["election"], "choices": ledger.ids(*names)}

    return made


_cast = about("ballot/cast", office.election, choosing("Alice", "Carla"), "Bento")


def called_twice(ledger: Ledger) -> Body:
    return {"office": "health", "text": ledger.marks["text"]}


def of_a_stranger(ledger: Ledger) -> Body:
    return {"election": ledger.marks["election"], "choices": [NOBODY]}


def late(ledger: Ledger) -> Body:
    ledger.now += DAY
    return choosing("Alice")(ledger)


def closing_again(ledger: Ledger) -> Body:
    held = ledger.book.elections.election(ledger.marks["election"])
    assert held.result is not None
    return {"election": held.id, "result": body_json(held.result)}


ELECTIONS = [
    _adopt("adopt-election", said=adopt(2, rules(health=elected()))),
    _adopt(
        "adopt-election-without-its-rule",
        "charter-offices",
        said=adopt(2, rules(health=defined(filled_by=["election"]))),
    ),
    _adopt(
        "adopt-a-rule-of-election-for-nothing",
        "charter-offices",
        said=adopt(2, rules(health=elected() | {"filled_by": ["decision"]})),
    ),
    _adopt("adopt-election-by-dice", "body-invalid", said=adopt(2, rules(health=elected("dice")))),
    about(
        "proposal/draft",
        office.standing_three,
        lambda ledger: {
            "type": "office",
            "text": ledger.marks["text"],
            "subject": office.appointing(ledger, "Alice"),
        },
        "Dora",
    )("draft-appointment-to-what-is-elected", "office-filled-otherwise"),
    _call("call-election"),
    _call("call-election-of-nothing", "office-unknown", said=body(office="fire", text="@text")),
    _call(
        "call-election-of-what-is-decided",
        "office-filled-otherwise",
        said=body(office="water", text="@text"),
    ),
    _call("call-election-twice", "election-running", story=office.election, said=called_twice),
    _call("call-election-anew", story=office.election_closed),
    _call("call-election-of-nobody", "election-candidates", story=office.nobody_stands),
    _call(
        "call-election-without-text", door="text-unknown", said=body(office="health", text=NOBODY)
    ),
    _call("call-election-by-the-voice", "not-a-member", by=VOICE),
    _cast("cast"),
    _cast("cast-an-empty-ballot", said=choosing()),
    _cast("cast-anew", story=office.ballots_cast, by="Alice"),
    _cast("cast-for-one-twice", "ballot-invalid", said=choosing("Alice", "Alice")),
    _cast("cast-for-who-stood-too-late", "ballot-invalid", said=choosing("Dora")),
    _cast("cast-for-a-stranger", "ballot-invalid", said=of_a_stranger),
    _cast("cast-by-who-came-too-late", "no-voice", by="Eva"),
    _cast("cast-too-late", "election-closed", said=late),
    _cast("cast-when-it-is-closed", "election-closed", story=office.election_closed),
    _cast("cast-in-nothing", "election-unknown", said=body(election=NOBODY, choices=[])),
    _cast("cast-by-the-voice", "not-a-member", by=VOICE),
    _close("close-election"),
    _close(
        "close-election-too-early",
        "too-early",
        story=office.ballots_cast,
        said=election_closing(DAY),
    ),
    _close("close-election-otherwise", "outcome-differs", said=election_closing(elected=[])),
    _close("close-election-one-ballot-less", "outcome-differs", said=election_closing(ballots=2)),
    _close(
        "close-election-twice", "election-closed", story=office.election_closed, said=closing_again
    ),
    _close("close-election-by-a-member", "not-the-voice", by="Dora"),
    about("office/accept", office.election_closed, body(decision="@election"), "Bento")(
        "accept-what-she-was-elected-for"
    ),
    about("office/accept", office.election_closed, body(decision="@election"), "Carla")(
        "accept-without-being-elected", "offer-unknown"
    ),
]
