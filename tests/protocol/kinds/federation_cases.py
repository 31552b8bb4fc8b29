"""What a community says to others, and what it erases. Rows of the table in cases.py."""

from tests.protocol import joint_bodies as joint
from tests.protocol.kinds import histories as past
from tests.protocol.kinds.case import COMMUNITY, PUBLIC, about, just
from tests.protocol.kinds.histories import (
    ELSEWHERE,
    FEDERATION,
    NOBODY,
    TO_FEDERATION,
    body,
)
from tests.protocol.ledgers import VOICE

TO_OTHERS = f"federation:{ELSEWHERE}"
FOUNDER = joint.COMMUNITIES[0]

_compact = about("federation/compact", past.drafted, just(joint.compact()), VOICE, to=PUBLIC)
_enter = about(
    "federation/join",
    past.join_decided,
    body(federation=FEDERATION, founder=FOUNDER, decision="@decision"),
    VOICE,
    to=TO_FEDERATION,
)
_other = body(federation=ELSEWHERE, founder=FOUNDER, decision="@decision")
_go = about(
    "federation/leave",
    past.leave_decided,
    body(federation=FEDERATION, decision="@decision"),
    VOICE,
    to=TO_FEDERATION,
)
_propose = about(
    "federation/propose",
    past.in_federation,
    just(joint.proposing(FEDERATION)),
    "Alice",
    to=TO_FEDERATION,
)
_state = about("federation/position", past.answered, past.stating, VOICE, to=TO_FEDERATION)
_vote = about(
    "closing/vote",
    past.in_federation,
    body(proposal=ELSEWHERE, round=0, list=NOBODY),
    VOICE,
    to=TO_FEDERATION,
)
_turn = about(
    "closing/turn",
    past.in_federation,
    body(proposal=ELSEWHERE, round=1),
    VOICE,
    to=TO_FEDERATION,
)
_outcome = about(
    "federation/outcome",
    past.stated,
    just(joint.final_outcome(ELSEWHERE)),
    VOICE,
    to=TO_FEDERATION,
)

FEDERATED = [
    _compact("compact"),
    _compact(
        "compact-by-a-member",
        said=lambda ledger: joint.compact(text=ledger.marks["text"]),
        by="Alice",
    ),
    _compact("compact-without-text", door="text-unknown", by="Alice"),
    _compact("compact-by-a-stranger", door="not-a-member", by="Mallory"),
    _compact("compact-at-home", "audience-wrong", to=COMMUNITY),
    _compact(
        "compact-of-one",
        "compact-communities",
        said=just(joint.compact(communities=[NOBODY])),
    ),
    _compact(
        "compact-names-one-twice",
        "compact-communities",
        said=just(joint.compact(communities=[NOBODY, NOBODY])),
    ),
    _compact(
        "compact-foreign-closer", "compact-closers", said=just(joint.compact(closers=[NOBODY]))
    ),
    _compact("compact-no-closers", "compact-closers", said=just(joint.compact(closers=[]))),
    _compact(
        "compact-unknown-rule",
        "rule-unknown",
        said=just(joint.compact(terms={"rule": {"method": "lot"}, "quorum": {"num": 1, "den": 2}})),
    ),
    _enter("enter"),
    _enter(
        "enter-without-decision",
        door="proposal-unknown",
        said=body(federation=FEDERATION, founder=FOUNDER, decision=NOBODY),
    ),
    _enter("enter-by-another-decision", door="decision-other", said=_other, to=TO_OTHERS),
    _enter(
        "enter-by-a-used-decision",
        door="decision-missing",
        story=past.in_federation,
        said=_other,
        to=TO_OTHERS,
    ),
    _enter("enter-twice", "joined-already", story=past.in_federation),
    _enter("enter-telling-others", "audience-federation", to=TO_OTHERS),
    _enter("enter-in-public", "audience-wrong", to=PUBLIC),
    _enter("enter-by-a-member", "not-the-voice", by="Alice"),
    _go("go"),
    _go("go-without-decision", door="decision-missing", story=past.in_federation),
    _go(
        "go-without-being-in",
        "not-in-federation",
        story=past.village,
        said=body(federation=FEDERATION, decision=NOBODY),
    ),
    _go("go-telling-others", "audience-federation", to=TO_OTHERS),
    _propose(
        "propose", said=lambda ledger: joint.proposing(FEDERATION, ledger.publish("Alice", "Road"))
    ),
    _propose("propose-from-outside", door="not-in-federation", story=past.drafted),
    _propose("propose-by-a-stranger", door="not-a-member", by="Mallory"),
    _propose("propose-to-others", "audience-federation", to=TO_OTHERS),
    _propose(
        "propose-to-nobody", "roster-repeats", said=just(joint.proposing(FEDERATION, seats=[]))
    ),
    _propose(
        "propose-one-twice",
        "roster-repeats",
        said=just(joint.proposing(FEDERATION, left=[{"community": FOUNDER, "leave": NOBODY}])),
    ),
    _propose("propose-without-text", door="text-unknown"),
    _state("state"),
    _state("state-otherwise", door="position-differs", said=past.stating_otherwise),
    _state("state-after-a-final-word", "position-final", story=past.stated),
    _state("state-by-a-member", "not-the-voice", by="Alice"),
    _vote("vote"),
    _vote("vote-by-a-member", "not-the-voice", by="Alice"),
    _turn("turn"),
    _turn("turn-in-public", "audience-wrong", to=PUBLIC),
    _outcome("outcome"),
    _outcome("outcome-twice", "outcome-known", story=past.recorded),
]

_erase = about("entry/erase", past.commented, past.the_comment, "Bento")
_print = about("money/print", past.village, body(amount=1), VOICE)
_leave_2 = about("member/leave/2", past.village, body(), "Alice")

ERASURE = [
    _erase("erase-ones-own"),
    _erase("erase-by-the-community", by=VOICE),
    _erase("erase-of-another", door="not-the-author", by="Carla"),
    _erase("erase-before-everybody", to=PUBLIC),
    _erase("erase-behind-their-backs", door="erasure-audience", story=past.commented_in_public),
    _erase("erase-by-a-stranger", door="not-a-member", by="Mallory"),
    _erase("erase-again", door="entry-erased", story=past.erased),
    _erase(
        "erase-a-position",
        door="entry-lasting",
        story=past.all_agree,
        said=lambda ledger: {"index": ledger.book.size - 1},
        by="Carla",
    ),
    _erase("erase-the-inception", door="entry-lasting", said=body(index=0), by=VOICE),
    _erase(
        "erase-what-stands-before-the-charter",
        door="entry-lasting",
        story=past.described_early,
        said=body(index=1),
        by=VOICE,
    ),
    _erase(
        "erase-the-future", door="entry-unknown", said=lambda ledger: {"index": ledger.book.size}
    ),
    _print("kind-unknown", "kind-unknown"),
    _leave_2("kind-of-a-later-meaning", "kind-unknown"),
]
