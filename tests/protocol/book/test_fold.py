"""The fold itself: place, clock, ledger, repetition; what is void harms nobody else."""

import pickle

import pytest

from protocol.book import Book
from protocol.errors import ProtocolError
from protocol.fold import advance
from protocol.ledger.entry import leaf_hash, read_entry, write_entry
from protocol.wire.digests import CommunityId
from protocol.wire.message import open_message, verify_message, write_message
from tests.protocol.kinds import histories as past
from tests.protocol.ledgers import (
    START,
    VOICE,
    Body,
    Ledger,
    begin,
    charter,
    fold,
    found,
    inception,
    key,
    nonce,
    replay,
)

HOUSE: Body = {"household": "house-7"}


def entry_at(raw: bytes, *, index: int, received: int) -> bytes:
    return write_entry(index=index, received=received, salt=bytes(16), message_raw=raw)


def taken(ledger: Ledger, entry: bytes) -> str:
    ledger.raws.append(entry)
    return advance(ledger.book, entry, leaf_hash(entry)) or "ok"


def test_an_entry_states_the_place_it_has() -> None:
    village = found("Alice")
    raw = village.write("household/move", HOUSE, "Alice")
    wrong = entry_at(raw, index=village.book.size + 1, received=START)
    assert taken(village, wrong) == "entry-index"
    right = entry_at(raw, index=village.book.size, received=START)
    assert taken(village, right) == "ok", "a void entry does not use its message up"
    again = entry_at(raw, index=village.book.size, received=START)
    assert taken(village, again) == "message-repeated"
    assert replay(village) == village.book


def test_the_clock_does_not_go_back() -> None:
    village = found("Alice")
    raw = village.write("household/move", HOUSE, "Alice")
    early = entry_at(raw, index=village.book.size, received=START - 1)
    assert taken(village, early) == "clock-back"
    village.now -= 1
    assert village.refused("household/move", HOUSE, "Alice") == "clock-back"


def test_a_message_is_good_for_one_ledger() -> None:
    here, there = found("Alice"), found("Alice", name="there")
    raw = there.write("household/move", HOUSE, "Alice")
    assert here.force(raw) == "other-ledger"
    with pytest.raises(ProtocolError, match="other-ledger"):
        here.submit(raw)


def test_a_ledger_begins_with_its_own_inception() -> None:
    village = found("Alice")
    first = write_entry(index=0, received=START, salt=bytes(16), message_raw=inception("other"))
    stranger = fold(village.id, [first, *village.raws[1:]])
    assert stranger.void[0] == "ledger-start"
    assert stranger.chain is None
    assert set(stranger.void.values()) == {"ledger-start", "ledger-empty"}
    late = village.force(inception("other"))
    assert late == "other-ledger"


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (inception(log=key("voice")), "chain-roles"),
        (inception(next=key("voice")), "chain-next"),
        (inception().replace(b'"signature":"', b'"signature": "'), "ok"),
    ],
)
def test_an_inception_that_is_none_stops_nobody(broken: bytes, code: str) -> None:
    """A hostile community's first entry once stopped the whole fold."""
    community = CommunityId(open_message(broken).id)
    book = Book(ledger=community)
    entry = write_entry(index=0, received=START, salt=bytes(16), message_raw=broken)
    assert (advance(book, entry, leaf_hash(entry)) or "ok") == code
    assert (book.chain is None) == (code != "ok")


def test_an_inception_that_nobody_signed() -> None:
    raw = inception()
    at = raw.index(b'"signature":"') + 20
    forged = raw[:at] + (b"A" if raw[at : at + 1] != b"A" else b"B") + raw[at + 1 :]
    book = Book(ledger=begin().id)
    entry = write_entry(index=0, received=START, salt=bytes(16), message_raw=forged)
    assert advance(book, entry, leaf_hash(entry)) == "signature-invalid"


@pytest.mark.parametrize("garbage", [b"", b"{}", b"\xff" * 40, b'{"index":1,"received":2}'])
def test_what_cannot_be_read_is_void(garbage: bytes) -> None:
    village = found("Alice")
    assert taken(village, garbage) == "entry-malformed"
    assert village.say("household/move", HOUSE, "Alice")


@pytest.mark.parametrize(
    "kind", ["member/invite", "member/replace", "member/sponsor", "household/move"]
)
def test_nothing_works_before_the_charter(kind: str) -> None:
    """Members without a charter once broke the fold when one of them was replaced."""
    ledger = begin()
    body: Body = {"key": key("Alice").public.text, "household": None}
    assert ledger.void("member/found", body, VOICE) == "charter-missing"
    assert ledger.void(kind, {}, "Alice") == "not-a-member"
    assert ledger.refused("federation/compact", {}, VOICE, "public") in (
        "body-invalid",
        "charter-missing",
    )


def test_founding_ends_with_the_first_act_of_a_member() -> None:
    body: Body = {"key": key("Eva").public.text, "household": None}
    village = found("Alice", "Bento")
    village.say("identity/address", {"urls": []}, VOICE, "public")
    village.say("charter/adopt", past.adopting(2, charter(sponsors=2), None), VOICE)
    village.say("member/profile", {"name": "Alicia"}, "Alice")
    village.say("member/found", body, VOICE)
    village.say("household/move", HOUSE, "Alice")
    assert not village.book.founding
    assert village.refused("member/found", body, VOICE) == "founded-already"
    adopting = past.adopting(3, charter(), None)
    assert village.refused("charter/adopt", adopting, VOICE) == "charter-decision"


def test_a_kind_of_tomorrow_is_kept_and_passed_over() -> None:
    village = past.opened()
    assert village.void("moon/land", {"when": 1}, "Alice", "public") == "kind-unknown"
    for name in ("Alice", "Bento", "Carla"):
        village.take(name, village.marks["well"], "agree")
    village.close(village.marks["well"])
    assert list(village.book.void.values()) == ["kind-unknown"]


def test_a_book_survives_a_pickle() -> None:
    for story in (past.stated, past.erased, past.replaced, past.charter_decided_twice):
        book = story().book
        assert pickle.loads(pickle.dumps(book)) == book  # noqa: S301 - our own bytes


def test_every_changed_byte_is_noticed() -> None:
    """The leaf hash sees every byte; the signature sees every byte of the message."""
    village = past.all_agree()
    entry = village.raws[-1]
    leaf, message = leaf_hash(entry), read_entry(entry).message
    start = entry.index(b'"message":') + len(b'"message":')
    for at in range(len(entry)):
        for bit in (0x01, 0x20, 0x80):
            mutant = entry[:at] + bytes([entry[at] ^ bit]) + entry[at + 1 :]
            assert leaf_hash(mutant) != leaf
            try:
                read = read_entry(mutant)
                verify_message(read.message)
            except ProtocolError:
                continue
            # What the writer adds is under the head's signature alone.
            assert at < start
            assert read.message == message


def test_a_message_in_another_envelope_is_the_same_message() -> None:
    village = found("Alice")
    raw = village.write("household/move", HOUSE, "Alice")
    village.submit(raw)
    spaced = raw.replace(b'","protected"', b'", "protected"')
    assert open_message(spaced).id == open_message(raw).id
    with pytest.raises(ProtocolError, match="message-repeated"):
        village.submit(spaced)


def test_the_longest_message_fits() -> None:
    village = found("Alice")
    words = "a" * 19_000
    body: Body = {"title": {"en": "A"}, "texts": {"en": words, "es": words, "fr": words}}
    village.say("text/publish", body, "Alice")
    too_long: Body = {"title": {"en": "A"}, "texts": {"en": "a" * 20_001}}
    assert village.refused("text/publish", too_long, "Alice") == "body-invalid"
    with pytest.raises(ProtocolError, match="message-too-long"):
        write_message(
            key("Alice"),
            ledger=village.id,
            kind="text/publish",
            audience="community",
            nonce=nonce(1),
            body={"title": {"en": "A"}, "texts": {"en": "á" * 31_000}},
        )


def test_what_the_operator_did_is_kept_until_it_is_erased() -> None:
    village = found("Alice", "Bento")
    body: Body = {"act": "backup-made", "note": "ceiba.db"}
    village.say("operation/record", body, VOICE, "community")
    index = village.book.size - 1
    (done,) = village.book.operations.values()
    assert (done.index, done.act, done.note) == (index, "backup-made", "ceiba.db")
    assert village.book.founding, "it is no act of the community's own"
    village.say("entry/erase", {"index": index}, VOICE, "community")
    assert village.book.operations == {}
    assert replay(village) == village.book
