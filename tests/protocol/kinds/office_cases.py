"""How offices are filled and given up. Rows of the table in cases.py."""

from protocol.wire.encoding import JsonValue
from tests.protocol.kinds import histories as past
from tests.protocol.kinds import office_histories as office
from tests.protocol.kinds.case import COMMUNITY, PUBLIC, Said, about, just, pubkey
from tests.protocol.kinds.histories import NOBODY, TO_FEDERATION, body
from tests.protocol.kinds.office_histories import appointing, attesting, bars, rules
from tests.protocol.kinds.office_histories import office as defined
from tests.protocol.ledgers import VOICE, Body, Ledger

_adopt = about("charter/adopt", past.village, just({}), VOICE)
_draft = about("proposal/draft", office.with_offices, just({}), "Dora")
_stand = about("office/stand", office.with_offices, body(office="health", text=None), "Alice")
_retreat = about("office/retreat", office.standing_for, body(office="health"), "Alice")
_accept = about("office/accept", office.chosen, body(decision="@decision"), "Alice")
_decline = about("office/decline", office.chosen, body(decision="@decision"), "Alice")
_resign = about("office/resign", office.holding, body(office="health"), "Alice")
_attest = about("office/attest", office.unspoken, attesting(), VOICE, to=PUBLIC)
_end = about(
    "office/end",
    office.attested_and_resigned,
    body(credential="@credential", ground="resigned"),
    VOICE,
    to=PUBLIC,
)


def adopted(**offices: Body) -> Body:
    return past.adopting(2, rules(**offices), None)


def drafting(
    *members: str, by: tuple[str, ...] = (), of: str = "health", **changed: JsonValue
) -> Said:
    def made(ledger: Ledger) -> Body:
        subject: Body = appointing(ledger, *members, by=by, of=of) | changed
        text = ledger.publish("Dora", "Who takes care of health")
        return {"type": "office", "text": text, "subject": subject}

    return made


def mistyped(ledger: Ledger) -> Body:
    return drafting("Alice")(ledger) | {"type": "general"}


def too_many(ledger: Ledger) -> Body:
    return drafting("Alice", "Bento")(ledger)


OFFICES = [
    _adopt(
        "adopt-offices", said=just(adopted(health=defined(), guard=defined(bars=bars("health"))))
    ),
    _adopt(
        "adopt-office-without-seats", "body-invalid", said=just(adopted(health=defined(seats=0)))
    ),
    _adopt(
        "adopt-office-filled-in-no-way",
        "charter-offices",
        said=just(adopted(health=defined(filled_by=[]))),
    ),
    _adopt(
        "adopt-office-that-bars-an-unknown-one",
        "charter-offices",
        said=just(adopted(guard=defined(bars=bars("council")))),
    ),
    _adopt(
        "adopt-33-offices",
        "charter-offices",
        said=just(adopted(**{f"o{number}": defined() for number in range(33)})),
    ),
    _draft("draft-appointment", said=drafting("Alice", by=("Bento",))),
    _draft("draft-appointment-to-nothing", "office-unknown", said=drafting("Alice", of="water")),
    _draft("draft-appointment-of-nobody", "appointed-twice", said=drafting()),
    _draft("draft-appointment-as-both", "appointed-twice", said=drafting("Alice", by=("Alice",))),
    _draft("draft-appointment-of-too-many", "appointed-many", said=too_many),
    _draft("draft-appointment-of-a-stranger", "member-unknown", said=drafting(members=[NOBODY])),
    _draft(
        "draft-appointment-of-another-type",
        "proposal-type",
        said=mistyped,
    ),
    _stand("stand"),
    _stand("stand-for-nothing", "office-unknown", said=body(office="water", text=None)),
    _stand("stand-twice", "candidate-already", story=office.standing_for),
    _stand("stand-without-text", door="text-unknown", said=body(office="health", text=NOBODY)),
    _stand("stand-by-the-voice", "not-a-member", by=VOICE),
    _retreat("retreat"),
    _retreat("retreat-without-standing", "candidate-unknown", by="Bento"),
    _accept("accept-office"),
    _accept("accept-as-deputy", by="Bento"),
    _accept("accept-when-another-was-chosen", "offer-unknown", by="Carla"),
    _accept("accept-what-was-rejected", "offer-unknown", story=office.refused),
    _accept("accept-after-declining", "offer-answered", story=office.declined),
    _accept("accept-too-late", "offer-lapsed", story=office.chosen_long_ago),
    _accept("accept-an-office-that-is-gone", "office-unknown", story=office.office_gone),
    _accept("accept-while-it-is-taken", "office-full", story=office.successor_chosen, by="Carla"),
    _accept("accept-in-the-last-second", "office-full", story=office.last_second, by="Carla"),
    _accept("accept-when-the-term-is-over", story=office.term_over, by="Carla"),
    _accept("accept-again-at-once", "office-rest", story=office.resting),
    _accept("accept-again-rested", story=office.rested),
    _accept("accept-one-office-too-many", "offices-many", story=office.two_offices),
    _accept("accept-offices-that-clash", "offices-clash", story=office.clashing),
    _accept("accept-by-the-voice", "not-a-member", by=VOICE),
    _decline("decline-office"),
    _decline("decline-twice", "offer-answered", story=office.declined),
    _decline("decline-what-was-offered-to-another", "offer-unknown", by="Carla"),
    _decline("decline-too-late", "offer-lapsed", story=office.chosen_long_ago),
    _resign("resign"),
    _resign("resign-as-deputy", by="Bento"),
    _resign("resign-what-another-holds", "office-not-held", by="Carla"),
    _resign("resign-when-the-term-is-over", "office-not-held", story=office.term_over),
    about(
        "position/take",
        office.guarding,
        past.body(proposal="@well", choice="agree", reason=None),
        "Alice",
    )("position-of-who-may-not-vote", "office-bars"),
    about(
        "proposal/draft",
        office.guarding,
        past.body(type="general", text="@text", subject=None),
        "Alice",
    )("draft-by-who-may-not-propose", "office-bars"),
    about(
        "amendment/propose",
        office.guarding,
        past.body(proposal="@mill", base=1, text="@text"),
        "Alice",
    )("amend-by-who-may-not-propose", "office-bars"),
]
CREDENTIALS = [
    _attest("attest"),
    _attest("attest-at-home", "audience-wrong", to=COMMUNITY),
    _attest("attest-to-others-than-the-charter-says", door="credential-differs", to=TO_FEDERATION),
    _attest("attest-another-term", door="credential-differs", said=attesting(until=1)),
    _attest("attest-another-key", door="credential-differs", said=attesting(key=pubkey("Mallory"))),
    _attest("attest-twice", "credential-known", story=office.attested),
    _attest("attest-by-the-holder", "not-the-voice", by="Alice"),
    _end("end-credential"),
    _end("end-credential-that-holds", door="credential-differs", story=office.attested),
    _end("end-nothing", "credential-unknown", said=body(credential=NOBODY, ground="left")),
    _end("end-to-others", "credential-unknown", to=TO_FEDERATION),
    _end("end-twice", "credential-over", story=office.attested_and_ended),
    _end("end-by-a-member", "not-the-voice", by="Bento"),
]
