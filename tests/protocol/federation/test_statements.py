"""Steps as signed messages, positions with evidence: nothing is believed for its saying."""

from dataclasses import dataclass, replace

import pytest

from protocol.errors import ProtocolError
from protocol.federation.agreement import Agreement
from protocol.federation.closers import Closers
from protocol.federation.evidence import SeenHead, SeenPosition, open_evidence, tally_of
from protocol.federation.listing import write_list
from protocol.federation.statements import body_of, step_of
from protocol.federation.steps import (
    Commit,
    Cosigned,
    Forked,
    Listing,
    Receipt,
    Row,
    Seen,
    Step,
    Turn,
    Vote,
)
from protocol.federation.view import View, learn
from protocol.identity.chain import Chain, open_chain, write_inception
from protocol.ledger.checkpoint import Checkpoint, origin_of, sign_checkpoint
from protocol.ledger.cosignature import add_cosignatures, cosign
from protocol.ledger.entry import leaf_hash, write_entry
from protocol.ledger.merkle import Tree
from protocol.wire.encoding import JsonValue
from protocol.wire.keys import PrivateKey
from protocol.wire.limits import MAX_COUNCIL, MAX_MESSAGE_BYTES
from protocol.wire.message import Message, open_message, write_message
from protocol.wire.text import b64_encode
from tests.protocol.ledgers import key

PROPOSAL, DEADLINE_S = "e" * 64, 1_000


@dataclass(frozen=True)
class Community:
    """A community with its keys."""

    name: str
    chain: Chain

    def key(self, role: str) -> PrivateKey:
        return key(f"{self.name} {role}")

    @property
    def id(self) -> str:
        return self.chain.community

    def says(self, kind: str, body: dict[str, JsonValue], role: str = "voice") -> Message:
        raw = write_message(
            self.key(role),
            ledger=self.id,
            kind=kind,
            audience=f"federation:{PROPOSAL}",
            nonce=bytes(16),
            body=body,
        )
        return open_message(raw)


def community(name: str) -> Community:
    keys = {role: key(f"{name} {role}").public for role in ("log", "witness", "voice", "next")}
    raw = write_inception(
        key(f"{name} root"),
        log=keys["log"],
        witness=keys["witness"],
        voice=keys["voice"],
        next_root=keys["next"],
        created=1,
        nonce=bytes(16),
    )
    return Community(name, open_chain((raw,)))


ALL = [community(name) for name in ("Arroyo", "Bosque", "Cerro", "Dehesa", "Valle")]
A, B, C, D, VALLEY = ALL
CHAINS = {one.chain.community: one.chain for one in ALL}
CLOSE = Agreement(
    PROPOSAL, tuple(one.id for one in ALL), Closers(tuple(one.id for one in ALL[:4])), DEADLINE_S
)
TALLY: dict[str, JsonValue] = {
    "electorate": 9, "agree": 4, "reservations": 1, "aside": 0, "disagree": 2, "block": 0,
    "abstain": 1,
}  # fmt: skip
STATING: dict[str, JsonValue] = {
    "proposal": PROPOSAL,
    "choice": "agree",
    "final": True,
    "counts": {"people": TALLY, "households": None},
    "root": "0" * 64,
    "decision": "1" * 64,
}


def evidence(
    message: Message, cosigned: list[tuple[Community, int]], author: Community = VALLEY
) -> SeenPosition:
    """A position third in its ledger of five, and its head cosigned."""
    raw = write_entry(index=2, received=5, salt=bytes(16), message_raw=message.raw)
    tree = Tree([*(leaf_hash(b"%d" % n) for n in range(2)), leaf_hash(raw)])
    tree.extend(leaf_hash(b"%d" % n) for n in range(2))
    head = Checkpoint(origin_of(author.chain.community), 5, tree.root())
    note = sign_checkpoint(author.key("log"), head)
    lines = [cosign(by.key("witness"), by.chain.community, head, at) for by, at in cosigned]
    proof = tuple(b64_encode(one) for one in tree.inclusion(2, 5))
    made = SeenHead(note=add_cosignatures(note, lines).decode(), proof=proof)
    return SeenPosition(entry=raw.decode(), heads=(made,))


def position(**changed: JsonValue) -> Message:
    return VALLEY.says("federation/position", {**STATING, **changed})


IN_TIME = [(A, 999), (B, 1_000), (C, 1_001)]
GOOD = evidence(position(), IN_TIME)


def said(by: Community, step: Step, rows: tuple[SeenPosition, ...] = ()) -> Message:
    return by.says(*body_of(step, CLOSE, rows))


def vote(by: Community, digest: str, number: int = 0) -> Vote:
    bare = Vote(closer=by.id, round=number, digest=digest)
    return replace(bare, text=said(by, bare).raw.decode())


def test_evidence_tells_the_row_and_who_saw_it_when() -> None:
    found = open_evidence(GOOD, PROPOSAL, CHAINS)
    raw = GOOD.entry.encode()
    assert found.row == Row(
        ledger=VALLEY.id,
        index=2,
        leaf=leaf_hash(raw).hex(),
        message=position().id,
        choice="agree",
        final=True,
        people=(9, 4, 1, 0, 2, 0, 1),
        households=None,
    )
    assert set(found.cosigned) == {Cosigned(by.id, at) for by, at in IN_TIME}
    assert CLOSE.is_timely(found)
    tally = tally_of(found.row.people)
    assert tally is not None
    assert tally.absent == 1


HEAD = GOOD.heads[0]


@pytest.mark.parametrize(
    ("found", "code"),
    [
        pytest.param(
            replace(GOOD, entry=GOOD.entry.replace('"received":5', '"received":6')),
            "inclusion-invalid",
            id="entry-not-in-the-ledger",
        ),
        pytest.param(
            replace(GOOD, entry=GOOD.entry.replace("agree", "block", 1)),
            "signature-invalid",
            id="choice-changed",
        ),
        pytest.param(
            replace(GOOD, heads=(replace(HEAD, note=HEAD.note.replace("\n5\n", "\n6\n")),)),
            "checkpoint-key",
            id="head-changed",
        ),
        pytest.param(
            replace(GOOD, heads=(replace(HEAD, proof=HEAD.proof[:-1]),)),
            "inclusion-invalid",
            id="proof-cut",
        ),
        pytest.param(
            evidence(position(), IN_TIME, author=A), "checkpoint-key", id="another-ledgers-head"
        ),
        pytest.param(
            evidence(position(proposal="d" * 64), IN_TIME), "position-other", id="other-proposal"
        ),
        pytest.param(
            evidence(VALLEY.says("federation/elsewhere", STATING), IN_TIME),
            "position-other",
            id="no-position",
        ),
        pytest.param(
            evidence(VALLEY.says("federation/position", STATING, role="log"), IN_TIME),
            "not-the-voice",
            id="another-key",
        ),
        pytest.param(
            evidence(position(counts={"people": TALLY}), IN_TIME), "body-invalid", id="body"
        ),
        pytest.param(replace(GOOD, entry=GOOD.entry + " " * 5_000), "position-too-long", id="long"),
    ],
)
def test_evidence_with_one_fault_is_no_evidence(found: SeenPosition, code: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        open_evidence(found, PROPOSAL, CHAINS)
    assert caught.value.code == code


def test_cosignatures_of_strangers_and_late_ones_do_not_make_it_timely() -> None:
    late = open_evidence(evidence(position(), [(A, 1_000), (B, 1_001)]), PROPOSAL, CHAINS)
    assert not CLOSE.is_timely(late)
    without = {one: chain for one, chain in CHAINS.items() if one != B.id}
    assert not CLOSE.is_timely(open_evidence(GOOD, PROPOSAL, without))


def steps() -> list[tuple[Step, tuple[SeenPosition, ...]]]:
    seen = open_evidence(GOOD, PROPOSAL, CHAINS)
    whole = [
        (Receipt(closer=one.id, id=f"{n:064x}", seen=(seen,)),) for n, one in enumerate(ALL[:3])
    ]
    text = write_list(CLOSE, whole)
    chair = next(one for one in ALL if one.id == CLOSE.chair(0))
    listing = Listing(closer=chair.id, round=0, text=text)
    votes = tuple(vote(one, listing.digest) for one in (A, B, C))
    second = next(one for one in ALL if one.id == CLOSE.chair(1))
    return [
        (Receipt(closer=A.id, id="", part=1, parts=3, seen=(seen,)), (GOOD,)),
        (listing, ()),
        (Listing(closer=second.id, round=1, text=text, votes=votes), ()),
        (votes[1], ()),
        (Commit(closer=D.id, round=0, digest=listing.digest, votes=votes), ()),
        (Turn(closer=B.id, round=4), ()),
    ]


@pytest.mark.parametrize(("step", "rows"), steps())
def test_a_step_comes_back_from_its_message(step: Step, rows: tuple[SeenPosition, ...]) -> None:
    by = next(one for one in ALL if one.id == step.closer)
    message = said(by, step, rows)
    found = step_of(message, CLOSE, CHAINS)
    if isinstance(step, Receipt):
        step = replace(step, id=message.id)
    assert found == step
    assert step in learn(View(CLOSE), found).steps
    if isinstance(found, Listing | Commit):
        assert [one.text for one in found.votes] == [one.text for one in getattr(step, "votes", ())]


def test_a_step_in_anothers_name_is_refused() -> None:
    turn = body_of(Turn(closer=A.id, round=1), CLOSE)
    with pytest.raises(ProtocolError, match="not-the-voice"):
        step_of(A.says(*turn, role="log"), CLOSE, CHAINS)
    with pytest.raises(ProtocolError, match="chain-unknown"):
        step_of(A.says(*turn), CLOSE, {})


def test_a_step_of_another_close_is_refused() -> None:
    message = said(A, Turn(closer=A.id, round=1))
    with pytest.raises(ProtocolError, match="step-other"):
        step_of(message, replace(CLOSE, proposal="d" * 64), CHAINS)
    with pytest.raises(ProtocolError, match="step-unknown"):
        step_of(position(), CLOSE, CHAINS)
    with pytest.raises(ProtocolError, match="step-unknown"):
        body_of(Forked(closer=A.id), CLOSE)


def test_carried_votes_are_checked_like_any_other() -> None:
    good = [vote(one, "a" * 64) for one in (A, B, C)]
    forged = replace(good[0], text=good[0].text.replace("a" * 64, "b" * 64))
    other = replace(good[0], text=said(A, Turn(closer=A.id, round=1)).raw.decode())
    for wrong, code in ((forged, "signature-invalid"), (other, "step-unknown")):
        commit = Commit(closer=D.id, round=0, digest="a" * 64, votes=(wrong, *good[1:]))
        with pytest.raises(ProtocolError, match=code):
            step_of(said(D, commit), CLOSE, CHAINS)


def test_the_longest_list_fits_into_an_entry() -> None:
    # 150 communities of a million people, by person and by household, receipts in many parts.
    ids = tuple(f"{n:064x}" for n in range(MAX_COUNCIL))
    council = Agreement(PROPOSAL, ids, Closers(ids[:7]), DEADLINE_S)
    counts = (999_999, *[100_000] * 6)
    rows = [
        Row(ledger=one, index=9_999_999, leaf="a" * 64, message="b" * 64, choice="reservations",
            final=True, people=counts, households=counts)
        for one in ids
    ]  # fmt: skip
    seen = tuple(Seen(row=row, cosigned=()) for row in rows)
    whole = [
        tuple(
            Receipt(closer=one, id=f"{n:064x}", part=n, parts=24, seen=seen if n == 0 else ())
            for n in range(24)
        )
        for one in ids[:7]
    ]
    votes = tuple(vote(one, "c" * 64, 10**9) for one in ALL)
    step = Listing(closer=A.id, round=10**9, text=write_list(council, whole), votes=votes)
    assert len(A.says(*body_of(step, council)).raw) < MAX_MESSAGE_BYTES
