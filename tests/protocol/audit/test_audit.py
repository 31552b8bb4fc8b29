"""Verification finds what was changed, names the entry, and believes nothing."""

from dataclasses import replace

import pytest

from protocol.audit import Problem, audit
from protocol.errors import Malformed
from protocol.replication.bundle import Item, write_section
from protocol.replication.bundle import join_bundle as join
from protocol.wire.digests import MessageId
from protocol.wire.encoding import JsonValue
from tests.village import Community, bundle_of, charter, found


def opened(village: Community) -> MessageId:
    """A proposal open to positions."""
    text = village.publish("We mend the well on Sunday.")
    draft = village.say(
        0, "proposal/draft", "public", {"type": "general", "text": text, "subject": None}
    )
    electorate = village.book.electorate(village.book.decisions.proposal(draft))
    village.say(
        0,
        "proposal/open",
        "public",
        {
            "proposal": draft,
            "version": 1,
            "text": text,
            "charter": village.book.charters.version,
            "closes_at": village.now + 86_400,
            "electorate": len(electorate),
            "electorate_root": electorate.root,
        },
    )
    return draft


def decided(village: Community) -> MessageId:
    """A proposal that all members agree to."""
    draft = opened(village)
    for number in range(len(village.members)):
        taking: dict[str, JsonValue] = {"proposal": draft, "choice": "agree", "reason": None}
        village.say(number, "position/take", "public", taking)
    return draft


def closed(village: Community, draft: MessageId) -> None:
    from node.owed import owed_decisions  # noqa: PLC0415 - what a node would say, said by hand

    for speech in list(owed_decisions(village.book, {}, village.now)):
        village.speak(speech.kind, speech.audience, speech.body)
    assert village.book.decisions.proposal(draft).outcome is not None


@pytest.fixture
def village() -> Community:
    made = found("Ceiba")
    closed(made, decided(made))
    return made


def problems(raw: bytes) -> list[Problem]:
    return audit(raw).problems


def test_a_whole_bundle_is_right_and_its_decision_counted_again(village: Community) -> None:
    report = audit(village.bundle())
    assert report.right
    assert [(one.verdict, one.type) for one in report.decisions] == [("adopted", "general")]
    assert "3" in report.decisions[0].sentences["en"]
    assert report.ledgers[0].signatures == village.size
    assert report.ledgers[0].withheld == 0


def test_what_was_recorded_in_a_room_is_counted_again() -> None:
    """Of three members two have no telephone; the audit says how many the minutes brought."""
    village = found("Ceiba")
    rules = charter() | {"assembly": {"witnesses": 1, "contest_s": 0, "contests": 2}}
    village.speak("charter/adopt", "public", {"version": 2, "charter": rules, "decision": None})
    draft = opened(village)
    members: list[JsonValue] = list(village.book.membership.members)
    counts: dict[str, JsonValue] = {"agree": 3}
    about: dict[str, JsonValue] = {"proposal": draft, "counts": counts, "positions": []}
    minutes: dict[str, JsonValue] = {
        "assembly": None,
        "text": village.publish("We met under the tree."),
        "held_at": village.now,
        "ended_at": village.now,
        "attendance": members,
        "guests": 0,
        "items": [about],
        "corrects": None,
    }
    recorded = village.say(0, "assembly/minutes", "public", minutes)
    village.say(1, "assembly/countersign", "public", {"minutes": recorded})
    closed(village, draft)
    report = audit(village.bundle())
    assert report.right
    assert [one.verdict for one in report.decisions] == ["adopted"]
    assert "3 of 3 people taking part stand in" in report.decisions[0].sentences["en"]


def test_a_ledger_in_several_sections_is_one_ledger(village: Community) -> None:
    third = village.size // 3
    parts = [
        village.section(0, third),
        village.section(third, 2 * third),
        village.section(2 * third),
    ]
    report = audit(bundle_of(*parts))
    assert report.right
    assert report.ledgers[0].size == village.size
    assert len(report.decisions) == 1


def test_sections_that_do_not_meet_are_named(village: Community) -> None:
    raw = bundle_of(village.section(0, 3), village.section(4))
    assert "section-partial" in {one.code for one in problems(raw)}


@pytest.mark.parametrize(("old", "new"), [(b"agree", b"block"), (b"Sunday", b"Monday")])
def test_a_changed_word_names_its_entry(village: Community, old: bytes, new: bytes) -> None:
    section = village.section()
    index = next(at for at, item in enumerate(section.items) if old in (item.raw or b""))
    items = list(section.items)
    changed = (items[index].raw or b"").replace(old, new)
    frame = write_section(
        replace(section, items=[*items[:index], Item(b"", changed), *items[index + 1 :]])
    )
    found_problems = problems(join([frame]))
    assert ("signature-invalid", index) in {(one.code, one.index) for one in found_problems}


def test_every_entry_is_named_when_its_signature_is_broken(village: Community) -> None:
    section = village.section()
    for index, item in enumerate(section.items):
        raw = item.raw or b""
        at = raw.rindex(b'"signature":"') + len(b'"signature":"')
        other = b"B" if raw[at : at + 1] == b"A" else b"A"
        changed = raw[:at] + other + raw[at + 1 :]
        items = [*section.items[:index], Item(b"", changed), *section.items[index + 1 :]]
        found_problems = problems(join([write_section(replace(section, items=items))]))
        assert index in {one.index for one in found_problems}


def test_a_time_that_was_changed_breaks_the_root(village: Community) -> None:
    section = village.section()
    raw = (section.items[5].raw or b"").replace(b'"received":18', b'"received":17', 1)
    items = [*section.items[:5], Item(b"", raw), *section.items[6:]]
    assert problems(join([write_section(replace(section, items=items))]))


def test_withheld_entries_leave_the_rest_verifiable() -> None:
    village = found("Roble", audience="community")
    village.publish("For all.", "public")
    report = audit(village.bundle(hide=("community",)))
    assert report.right
    assert report.ledgers[0].withheld > 0


def test_an_outcome_with_one_figure_changed_closes_nothing() -> None:
    village = found("Ceiba")
    draft = decided(village)
    from node.owed import owed_decisions  # noqa: PLC0415

    speech = next(iter(owed_decisions(village.book, {}, village.now)))
    body = dict(speech.body)
    outcome = body["outcome"]
    assert isinstance(outcome, dict)
    tally = outcome["tally"]
    assert isinstance(tally, dict)
    body["outcome"] = {**outcome, "tally": {**tally, "agree": 2, "disagree": 1}}
    raw = village.write(village.keys.voice, speech.kind, speech.audience, body)
    index = village.append(raw, checked=False)
    report = audit(village.bundle())
    assert report.ledgers[0].void == {index: "outcome-differs"}
    assert not report.decisions
    assert draft in village.book.decisions.proposals


def test_what_is_no_bundle_is_refused() -> None:
    with pytest.raises(Malformed):
        audit(b"not a bundle")


def test_every_changed_byte_is_noticed_or_harmless_nowhere() -> None:
    """No byte of a small bundle can change without a problem or a refusal."""
    village = found("Pino", 1)
    raw = village.bundle()
    assert audit(raw).right
    for at in range(0, len(raw), 7):
        changed = raw[:at] + bytes([raw[at] ^ 0x01]) + raw[at + 1 :]
        try:
            report = audit(changed)
        except Malformed:
            continue
        assert not report.right, f"byte {at} of {len(raw)} was changed unnoticed"
