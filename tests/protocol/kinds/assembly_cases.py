"""How a community meets in a room. Rows of the table in cases.py."""

from tests.protocol.kinds import assembly_histories as room
from tests.protocol.kinds import histories as past
from tests.protocol.kinds.assembly_histories import convening, minutes, silent
from tests.protocol.kinds.case import PUBLIC, about, just
from tests.protocol.kinds.histories import NOBODY, body
from tests.protocol.ledgers import START, VOICE, charter
from tests.protocol.ledgers import room as room_rule

_call = about("assembly/convene", room.gathered, convening(), "Carla")
_cancel = about("assembly/cancel", room.called, body(assembly="@call"), "Alice")
_again = about("assembly/convene", room.called, convening(replaces="@call"), "Alice")
_note = about("assembly/minutes", room.gathered, silent(), "Alice")
_sign = about("assembly/countersign", room.noted, body(minutes="@minutes"), "Bento")
_contest = about("assembly/contest", room.standing, body(minutes="@minutes", reason=None), "Carla")

ASSEMBLIES = [
    _call("convene"),
    _call("convene-without-agenda", said=convening(agenda=[])),
    _call("convene-for-the-past", "assembly-past", said=convening(starts_at=START - 1)),
    _call("convene-about-nothing", "proposal-unknown", said=convening(agenda=[NOBODY])),
    _call(
        "convene-the-same-item-twice",
        "item-twice",
        said=lambda ledger: convening(agenda=[ledger.marks["well"]] * 2)(ledger),
    ),
    _call("convene-101-items", "body-invalid", said=convening(agenda=[NOBODY] * 101)),
    _call("convene-without-text", door="text-unknown", said=convening(text=NOBODY)),
    _call("convene-by-the-voice", "not-a-member", by=VOICE),
    _call("convene-in-public", "audience-wrong", to=PUBLIC),
    _again("convene-anew"),
    _again("convene-anew-what-another-called", "not-the-author", by="Bento"),
    _again("convene-anew-twice", "assembly-state", story=room.called_anew),
    _again("convene-anew-what-was-held", "assembly-state", story=room.standing),
    _again("convene-anew-nothing", "assembly-unknown", said=convening(replaces=NOBODY)),
    _cancel("cancel"),
    _cancel("cancel-what-another-called", "not-the-author", by="Bento"),
    _cancel("cancel-twice", "assembly-state", story=room.called_off),
    _cancel("cancel-what-was-held", "assembly-state", story=room.standing),
    _cancel("cancel-nothing", "assembly-unknown", said=body(assembly=NOBODY)),
    _note("minutes"),
    _note("minutes-of-a-call", story=room.called, said=silent(assembly="@call")),
    _note("minutes-of-the-same-call", story=room.standing, said=silent(assembly="@call")),
    _note("minutes-by-name", said=minutes(("Dora", "agree", "Bento"), ("Eva", "aside"))),
    _note("minutes-by-hands", said=minutes(counts={"agree": 3, "abstain": 1})),
    _note("minutes-both", said=minutes(("Dora", "agree"), counts={"agree": 2, "disagree": 1})),
    _note("minutes-with-a-zero", said=minutes(counts={"agree": 0})),
    _note("minutes-as-a-record", story=room.closed_before, said=minutes(("Dora", "agree"))),
    _note("minutes-about-a-draft", story=room.drafted_only, said=minutes(("Dora", "agree"))),
    _note(
        "minutes-without-a-rule",
        "assembly-none",
        story=past.drafted,
        said=lambda ledger: ledger.minutes(ledger.marks["text"], ("Alice",)),
    ),
    _note("minutes-without-text", door="text-unknown", said=silent(text=NOBODY)),
    _note("minutes-by-who-was-not-there", "not-present", by="Carla"),
    _note("minutes-by-the-voice", "not-a-member", by=VOICE),
    _note("minutes-in-public", "audience-wrong", to=PUBLIC),
    _note("minutes-that-end-before-they-start", "minutes-times", said=silent(ended_at=START - 1)),
    _note("minutes-of-tomorrow", "minutes-times", said=silent(ended_at=START + 1)),
    _note("minutes-of-801", "attendance-long", said=room.of_many),
    _note("minutes-with-one-twice", "attendance-twice", said=minutes(present=("Alice", "Alice"))),
    _note("minutes-with-a-stranger", "member-unknown", said=room.of_a_stranger),
    _note(
        "minutes-with-one-who-left",
        "member-unknown",
        story=room.eva_gone,
        said=room.of_who_left,
    ),
    _note("minutes-of-no-call", "assembly-unknown", said=silent(assembly=NOBODY)),
    _note(
        "minutes-of-a-call-that-was-cancelled",
        "assembly-state",
        story=room.called_off,
        said=silent(assembly="@call"),
    ),
    _note(
        "minutes-of-a-call-that-was-replaced",
        "assembly-state",
        story=room.called_anew,
        said=silent(assembly="@call"),
    ),
    _note("minutes-that-correct", story=room.counted, said=silent(corrects="@minutes")),
    _note("minutes-that-correct-nothing", "minutes-unknown", said=silent(corrects=NOBODY)),
    _note(
        "minutes-that-correct-those-of-another",
        "not-the-author",
        story=room.counted,
        said=silent(corrects="@minutes"),
        by="Bento",
    ),
    _note(
        "minutes-that-correct-twice",
        "minutes-state",
        story=room.corrected,
        said=silent(corrects="@minutes"),
    ),
]

IN_THE_ROOM = [
    _note("item-twice", "item-twice", said=room.twice),
    _note("item-about-nothing", "proposal-unknown", said=room.about_nothing),
    _note("item-names-who-was-not-there", "not-present", said=minutes(("Carla", "agree"))),
    _note("item-helped-from-afar", "not-present", said=minutes(("Dora", "agree", "Carla"))),
    _note("item-helped-by-herself", "helper-herself", said=minutes(("Dora", "agree", "Dora"))),
    _note(
        "item-names-one-twice", "voice-twice", said=minutes(("Dora", "agree"), ("Dora", "aside"))
    ),
    _note(
        "item-names-a-household-twice",
        "voice-twice",
        story=room.by_households,
        said=minutes(("Dora", "agree"), ("Eva", "agree")),
    ),
    _note(
        "item-names-a-newcomer",
        "no-voice",
        story=room.newcomer,
        said=minutes(("Flor", "agree"), present=("Alice", "Flor")),
    ),
    _note("item-blocks-without-a-reason", "reason-missing", said=minutes(("Dora", "block"))),
    _note(
        "item-blocks-with-a-reason",
        story=room.reasons_given,
        said=minutes(("Dora", "block", "Bento", "why")),
    ),
    _note(
        "item-blocks-with-the-reason-of-another",
        door="reason-unknown",
        story=room.reasons_given,
        said=minutes(("Dora", "block", "Bento", "hers")),
    ),
    _note(
        "item-blocks-with-a-text-for-a-reason",
        door="reason-unknown",
        said=minutes(("Dora", "block", "Bento", "text")),
    ),
    _note("item-blocks-by-hands", "reason-missing", said=minutes(counts={"block": 1})),
    _note("item-counts-the-absent", "counts-over", said=minutes(counts={"agree": 5})),
    _note(
        "item-counts-the-named",
        "counts-over",
        said=minutes(("Dora", "agree"), counts={"agree": 4}),
    ),
    _note(
        "item-counts-who-spoke",
        "counts-over",
        story=room.two_spoke,
        said=minutes(counts={"agree": 3}),
    ),
    _note(
        "item-counts-who-did-not-speak",
        story=room.two_spoke,
        said=minutes(counts={"agree": 2}),
    ),
    _note(
        "item-counts-people-not-households",
        "counts-over",
        story=room.by_households,
        said=minutes(counts={"agree": 4}),
    ),
    _note("item-counts-households", story=room.by_households, said=minutes(counts={"agree": 3})),
    _note(
        "item-counts-who-was-counted",
        "counts-over",
        story=room.counted,
        said=minutes(counts={"agree": 1}),
    ),
    _note(
        "item-counts-anew-in-a-correction",
        story=room.counted,
        said=minutes(counts={"agree": 4}, corrects="@minutes"),
    ),
    _note("item-of-an-unknown-choice", "body-invalid", said=minutes(("Dora", "veto"))),
    _note(
        "item-under-other-rules",
        "assembly-differs",
        story=room.rules_changed,
        said=minutes(("Dora", "agree")),
    ),
    _note(
        "item-from-before-the-opening",
        "held-before-opening",
        story=room.opened_later,
        said=room.before_opening,
    ),
    _sign("countersign"),
    _sign("countersign-one-more", story=room.standing, by="Eva"),
    _sign("countersign-as-the-second-of-two", story=room.two_witnesses_needed, by="Eva"),
    _sign("countersign-ones-own", "countersigns-herself", by="Alice"),
    _sign("countersign-from-afar", "not-present", by="Carla"),
    _sign("countersign-twice", "countersigned-twice", story=room.standing),
    _sign("countersign-nothing", "minutes-unknown", said=body(minutes=NOBODY)),
    _sign("countersign-what-was-contested", "minutes-state", story=room.contested_away, by="Eva"),
    _sign("countersign-what-was-corrected", "minutes-state", story=room.corrected, by="Eva"),
    _sign("countersign-a-correction", story=room.counted_and_over, said=room.one_more_correction),
    _sign(
        "countersign-a-correction-too-late",
        "correction-waits",
        story=room.correction_noted,
        said=body(minutes="@other"),
    ),
    _sign(
        "countersign-a-correction-of-what-was-corrected",
        "minutes-state",
        story=room.corrected_by_another,
        said=body(minutes="@late"),
    ),
    _sign("countersign-by-the-voice", "not-a-member", by=VOICE),
    _contest("contest"),
    _contest("contest-by-who-was-named", by="Dora"),
    _contest("contest-before-they-stand", story=room.noted),
    _contest("contest-in-the-last-second", story=room.contest_ending),
    _contest("contest-too-late", "contest-late", story=room.contest_over),
    _contest("contest-twice", "contested-twice", story=room.contested_once, by="Dora"),
    _contest("contest-what-is-void", "minutes-state", story=room.contested_away, by="Eva"),
    _contest("contest-what-was-corrected", "minutes-state", story=room.corrected),
    _contest("contest-nothing", "minutes-unknown", said=body(minutes=NOBODY, reason=None)),
    _contest(
        "contest-with-the-words-of-another",
        door="reason-unknown",
        said=body(minutes="@minutes", reason="@text"),
    ),
    _contest("contest-by-a-stranger", "not-a-member", by="Mallory"),
    about(
        "position/take",
        room.counted,
        body(proposal="@well", choice="disagree", reason=None),
        "Eva",
    )("position-of-one-counted-in-the-room", "counted-in-room"),
    about(
        "position/take",
        room.standing,
        body(proposal="@well", choice="disagree", reason=None),
        "Dora",
    )("position-of-one-named-in-the-room"),
    about("proposal/close", room.counted_and_over, past.closing(), VOICE)("close-with-minutes"),
    about("proposal/close", room.counted, room.closing_after_the_contest, VOICE)(
        "close-while-minutes-can-be-contested", "minutes-open"
    ),
    about("charter/adopt", past.village, just({}), VOICE)(
        "adopt-assembly",
        said=past.adopt(2, charter(assembly=room_rule(witnesses=2))),
    ),
    about("charter/adopt", past.village, just({}), VOICE)(
        "adopt-assembly-without-witnesses",
        "body-invalid",
        said=past.adopt(2, charter(assembly=room_rule(witnesses=0))),
    ),
]
