"""How a community discusses and decides. Rows of the table in cases.py."""

from tests.protocol.kinds import histories as past
from tests.protocol.kinds.case import PUBLIC, about, just
from tests.protocol.kinds.histories import NOBODY, body, closes_in, closing, opening
from tests.protocol.ledgers import VOICE, begin, charter

_text = about(
    "text/publish",
    past.village,
    just({"title": {"en": "A", "es": "Á"}, "texts": {"en": "B", "es": "C"}}),
    "Alice",
)
_comment = about(
    "discussion/comment",
    past.drafted,
    body(proposal="@well", replies_to=None, text={"en": "Why?"}),
    "Bento",
)
_draft = about(
    "proposal/draft", past.drafted, body(type="general", text="@text", subject=None), "Bento"
)
_no_text = body(type="general", text=NOBODY, subject=None)
_amend = about(
    "amendment/propose", past.drafted, body(proposal="@well", base=1, text="@text"), "Carla"
)
_accept = about("amendment/accept", past.amended, body(amendment="@change"), "Alice")
_decline = about("amendment/decline", past.amended, body(amendment="@change"), "Alice")
_retract = about("amendment/withdraw", past.amended, body(amendment="@change"), "Carla")
_open = about("proposal/open", past.drafted, opening(), "Alice")
_withdraw = about("proposal/withdraw", past.opened, body(proposal="@well"), "Alice")

PROPOSALS = [
    _text("text"),
    _text("text-by-the-voice", by=VOICE, to=PUBLIC),
    _text("text-by-a-stranger", door="not-a-member", by="Mallory"),
    _text("text-no-title", "body-invalid", said=just({"title": {}, "texts": {"en": "B"}})),
    _text(
        "text-title-two-lines",
        "body-invalid",
        said=just({"title": {"en": "A\nB"}, "texts": {"en": "B"}}),
    ),
    _text("text-before-the-charter", door="charter-missing", story=begin, by=VOICE),
    _comment("comment"),
    _comment(
        "comment-on-nothing",
        door="proposal-unknown",
        said=body(proposal=NOBODY, replies_to=None, text={"en": "Why?"}),
    ),
    _comment("comment-by-a-stranger", door="not-a-member", by="Mallory"),
    _draft("draft"),
    _draft("draft-by-the-voice", said=_no_text, by=VOICE),
    _draft("draft-without-text", door="text-unknown", said=_no_text),
    _draft("draft-by-a-stranger", "not-a-member", by="Mallory"),
    _draft(
        "draft-charter-as-general",
        "proposal-type",
        said=body(type="general", text="@text", subject=past.new_charter()),
    ),
    _draft(
        "draft-charter-without-charter",
        "proposal-type",
        said=body(type="charter", text="@text", subject=None),
    ),
    _draft(
        "draft-charter-that-is-none",
        "body-invalid",
        said=body(
            type="charter",
            text="@text",
            subject={"kind": "charter", "charter": {"audience": "public"}},
        ),
    ),
    _draft(
        "draft-charter-without-general",
        "charter-general",
        said=body(
            type="charter",
            text="@text",
            subject={"kind": "charter", "charter": charter() | {"decisions": {}}},
        ),
    ),
    _draft(
        "draft-subject-unknown",
        "body-invalid",
        said=body(type="general", text="@text", subject={"kind": "money"}),
    ),
    _amend("amend"),
    _amend("amend-nothing", "proposal-unknown", said=body(proposal=NOBODY, base=1, text="@text")),
    _amend("amend-no-text", door="text-unknown", said=body(proposal="@well", base=1, text=NOBODY)),
    _amend("amend-an-old-version", "amendment-stale", story=past.accepted),
    _amend(
        "amend-a-version-to-come",
        "amendment-stale",
        said=body(proposal="@well", base=2, text="@text"),
    ),
    _amend("amend-an-open-proposal", "text-frozen", story=past.opened),
    _amend("amend-by-the-voice", "not-a-member", by=VOICE),
    _accept("accept"),
    _accept("accept-by-its-own-author", "not-the-author", by="Carla"),
    _accept("accept-twice", "amendment-state", story=past.accepted),
    _accept("accept-one-of-two", "amendment-stale", story=past.two_amendments),
    _accept("accept-after-opening", "text-frozen", story=past.amended_and_opened),
    _accept("accept-nothing", "amendment-unknown", said=body(amendment=NOBODY)),
    _decline("decline"),
    _decline("decline-after-opening", story=past.amended_and_opened),
    _decline("decline-by-another", "not-the-author", by="Bento"),
    _decline("decline-after-accepting", "amendment-state", story=past.accepted),
    _retract("retract"),
    _retract("retract-what-another-offered", "not-the-author", by="Alice"),
    _retract("retract-after-it-was-accepted", "amendment-state", story=past.accepted),
    _open("open"),
    _open("open-amended", story=past.accepted),
    _open("open-by-another", "not-the-author", by="Bento"),
    _open("open-unknown", "proposal-unknown", said=opening(proposal=NOBODY)),
    _open("open-twice", "proposal-state", story=past.opened),
    _open("open-withdrawn", "proposal-state", story=past.withdrawn),
    _open("open-old-version", "opening-version", story=past.accepted, said=opening(version=1)),
    _open("open-another-text", "opening-version", said=opening(text=NOBODY)),
    _open("open-under-another-charter", "opening-charter", said=opening(charter=2)),
    _open("open-with-one-member-more", "opening-electorate", said=opening(electorate=4)),
    _open("open-with-others", "opening-electorate", said=opening(electorate_root=NOBODY)),
    _open("open-without-households", "electorate-empty", story=past.households_only),
    _open("open-before-the-discussion", "discussion-short", story=past.slow_talk),
    _open("open-for-too-short", "voting-short", said=closes_in(3_599)),
    _withdraw("withdraw-draft", story=past.drafted),
    _withdraw("withdraw-open"),
    _withdraw("withdraw-by-another", "not-the-author", by="Bento"),
    _withdraw("withdraw-closed", "proposal-state", story=past.closed),
]

_take = about(
    "position/take", past.opened, body(proposal="@well", choice="agree", reason=None), "Bento"
)
_block = about(
    "position/take", past.commented, body(proposal="@well", choice="block", reason="@why"), "Bento"
)

POSITIONS = [
    _take("agree"),
    _take("abstain", said=body(proposal="@well", choice="abstain", reason=None)),
    _take("change", story=past.all_agree, said=body(proposal="@well", choice="aside", reason=None)),
    _block("block-with-a-reason"),
    _block(
        "block-without-a-reason",
        "reason-missing",
        said=body(proposal="@well", choice="block", reason=None),
    ),
    _block("block-with-the-reason-of-another", door="reason-unknown", by="Carla"),
    _block(
        "block-with-a-text-for-a-reason",
        door="reason-unknown",
        said=body(proposal="@well", choice="block", reason="@text"),
        by="Alice",
    ),
    _take(
        "choice-that-does-not-exist",
        "body-invalid",
        said=body(proposal="@well", choice="veto", reason=None),
    ),
    _take(
        "choice-that-the-rule-does-not-offer",
        "choice-not-offered",
        story=past.by_majority,
        said=body(proposal="@well", choice="aside", reason=None),
    ),
    _take("position-on-a-draft", "voting-not-open", story=past.drafted),
    _take("position-on-a-closed-one", "voting-not-open", story=past.closed),
    _take("position-on-a-withdrawn-one", "voting-not-open", story=past.withdrawn),
    _take("position-too-late", "voting-closed", story=past.late),
    _take("position-of-a-newcomer", "no-voice", story=past.newcomer_after_opening, by="Dora"),
    _take("position-of-a-stranger", "not-a-member", by="Mallory"),
    _take("position-of-the-voice", "not-a-member", by=VOICE),
    _take("position-in-public", "audience-wrong", to=PUBLIC),
]

_close = about("proposal/close", past.all_agree, closing(), VOICE)

CLOSING = [
    _close("close-early-when-all-have-spoken"),
    _close("close-in-time", story=past.late),
    _close("close-by-a-member", "not-the-voice", by="Alice"),
    _close("close-too-early", "too-early", story=past.opened, said=past.closing_later),
    _close("close-twice", "proposal-state", story=past.closed, said=past.closing_again),
    _close("close-another-verdict", "outcome-differs", said=closing(verdict="rejected")),
    _close("close-another-ground", "outcome-differs", said=closing(ground="support-over-block")),
    _close(
        "close-one-voice-less",
        "outcome-differs",
        said=closing(tally={"electorate": 3, "agree": 2, "abstain": 1}),
    ),
    _close("close-another-electorate", "outcome-differs", said=closing(electorate_root=NOBODY)),
    _close("close-other-positions", "outcome-differs", said=closing(positions_root=NOBODY)),
    _close("close-another-charter", "outcome-differs", said=closing(charter=2)),
    _close("close-as-if-in-time", "outcome-differs", said=closing(early=False)),
    _close(
        "close-more-voices-than-people",
        "tally-invalid",
        said=closing(tally={"electorate": 3, "agree": 4}),
    ),
]
