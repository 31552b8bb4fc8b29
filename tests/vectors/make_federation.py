"""Write tests/vectors/federation: python -m tests.vectors.make_federation

Run when a vector is added; the files are what counts, and are committed. Who closes, who is
asked and whose keys are known stands once, in federation/council; the others name it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from protocol.ledger.cosignature import add_cosignatures, cosign
from protocol.wire.encoding import JsonValue
from protocol.wire.message import read_message, write_message
from protocol.wire.text import b64_encode
from tests.vectors.vector_writer import Folder
from tests.village import Chance, Community, found

Body = dict[str, JsonValue]
Texts = list[JsonValue]


def hash_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def words(name: str) -> str:
    return name.replace("-", " ")


PROPOSAL, OTHER = hash_of("a proposal for vectors"), hash_of("another proposal")
DEADLINE = 1_800_100_000
CLOSERS = [found(f"closer {number} of the vectors", 1) for number in range(4)]
A, B, C, D = CLOSERS
VILLAGE = found("village of the vectors", 1)
TURNED = found("turned of the vectors", 1)
NOT_ASKED = found("not asked", 1)
NOT_KNOWN = found("not known", 1)
ASKED = [*CLOSERS, VILLAGE, TURNED]
CHAIR, SECOND = (CLOSERS[(int(PROPOSAL, 16) + number) % 4] for number in (0, 1))


def raw_message(by: Community, kind: str, body: Body, key: str, name: str) -> bytes:
    return write_message(
        getattr(by.keys, key),
        ledger=by.id,
        kind=kind,
        audience=f"federation:{PROPOSAL}",
        nonce=Chance(f"{by.name} {kind} {name}").bytes(16),
        body=body,
    )


# --- closers and the drawing --------------------------------------------------------------------

LETTERS = list("abcdefg")


def make_closers() -> None:
    folder = Folder("federation/closers")
    five = f"{5:064x}"
    table = [
        (1, 0, 1, 1, 0, "aaaa"),
        (2, 0, 2, 1, 1, "baba"),
        (3, 0, 2, 1, 1, "cabc"),
        (4, 1, 3, 2, 2, "bcda"),
        (5, 1, 4, 2, 2, "abcd"),
        (6, 1, 4, 2, 2, "fabc"),
        (7, 2, 5, 3, 3, "fgab"),
    ]
    for size, faulty, quorum, others, own, chairs in table:
        gives = {
            "faulty": faulty,
            "quorum": quorum,
            "witnesses for another's position": others,
            "witnesses for the first closer's": own,
            "chairs of rounds 0 to 3": list(chairs),
        }
        given = {"closers": LETTERS[:size], "proposal": five}
        folder.good(f"closers-{size}", given, "the table of docs/spec/closing.md", gives)
    large = {"closers": LETTERS[:7], "proposal": "f" * 64}
    gives = {
        "faulty": 2,
        "quorum": 5,
        "witnesses for another's position": 3,
        "witnesses for the first closer's": 3,
        "chairs of rounds 0 to 3": ["b", "c", "d", "e"],
    }
    folder.good("largest-proposal-id", large, "2^256 - 1 is 1 modulo 7", gives)
    bad = {
        "nobody": ([], five, "closers-invalid"),
        "eight": ([*LETTERS, "h"], five, "closers-invalid"),
        "one-twice": (["a", "b", "a"], five, "closers-invalid"),
        "proposal-short": (LETTERS[:4], "5", "hex-invalid"),
        "proposal-upper-case": (LETTERS[:4], "F" * 64, "hex-invalid"),
    }
    for name, (closers, proposal, code) in bad.items():
        folder.bad(name, {"closers": closers, "proposal": proposal}, code, words(name))


def make_drawings() -> None:
    folder = Folder("federation/drawing")
    ids = sorted(hash_of(f"community {number}") for number in range(9))
    seed = PROPOSAL

    def place(one: str) -> bytes:
        return hashlib.sha256(bytes.fromhex(seed) + bytes.fromhex(one)).digest()

    drawn = sorted(ids, key=place)
    good = {
        "nine": (ids, drawn[:7], drawn[7:]),
        "nine-in-another-order-and-one-twice": ([*ids[::-1], ids[0]], drawn[:7], drawn[7:]),
        "seven": (ids[:7][::-1], ids[:7], []),
        "one": (ids[:1], ids[:1], []),
    }
    for name, (communities, closers, substitutes) in good.items():
        folder.good(
            name,
            {"seed": seed, "communities": communities},
            words(name),
            {"closers": closers, "substitutes": substitutes},
        )
    bad = {
        "nobody": (seed, [], "closers-invalid"),
        "seed-short": (seed[:-2], ids, "hex-invalid"),
        "id-short": (seed, [*ids[1:], ids[0][:-2]], "hex-invalid"),
        "id-upper-case": (seed, [*ids[1:], ids[0].upper()], "hex-invalid"),
    }
    for name, (with_seed, communities, code) in bad.items():
        folder.bad(name, {"seed": with_seed, "communities": communities}, code, words(name))


# --- the list, as text --------------------------------------------------------------------------


def row(ledger: str, index: int, choice: str = "agree", **more: object) -> dict[str, object]:
    return {
        "ledger": ledger,
        "index": index,
        "leaf": hash_of(f"{ledger} {index}"),
        "choice": choice,
        "final": False,
        "people": None,
        "households": None,
    } | more


def line(ledger: str, index: int, rest: str) -> str:
    return f"position {ledger} {index} {hash_of(f'{ledger} {index}')} {rest}\n"


def make_list_texts() -> None:
    folder = Folder("federation/list-text")
    council = {"proposal": PROPOSAL, "electorate": ["b", "a", "v", "c"], "closers": ["c", "a", "b"]}
    counts = [9, 1, 2, 3, 1, 1, 1]
    first, second = sorted((hash_of("v 7"), hash_of("v 7, the other")))
    by_a = {"closer": "a", "id": "a1", "rows": [row("a", 2), row("v", 5)]}
    by_b = {"closer": "b", "id": "b1", "rows": [row("b", 3, "block", people=counts)]}
    by_c = [
        {"closer": "c", "id": "c1", "part": 0, "parts": 2, "rows": [row("v", 4, "disagree")]},
        {"closer": "c", "id": "c2", "part": 1, "parts": 2, "rows": [row("a", 1, "abstain")]},
    ]
    final = {"closer": "b", "id": "b2", "rows": [row("v", 4, final=True, households=counts)]}
    forked = {"closer": "b", "id": "b3", "rows": [row("v", 7, leaf=second)]}
    forking = {"closer": "a", "id": "a3", "rows": [row("v", 7, leaf=first)]}
    nothing = {"closer": "c", "id": "c3", "rows": []}
    both = {"closer": "a", "id": "a4", "rows": [row("a", 9, people=counts, households=counts)]}

    def text(cited: str, rest: str, head: str = "acuerdo/list/1\n") -> str:
        return f"{head}proposal {PROPOSAL}\n{cited}{rest}"

    cited = "receipt c c1,c2\nreceipt a a1\nreceipt b b1\n"
    at_b, at_a = line("b", 3, "block open 9,1,2,3,1,1,1 -"), line("a", 2, "agree open - -")
    at_v = line("v", 5, "agree open - -")
    right = text(cited, at_b + at_a + at_v + "empty c\n")
    two_of_three = text("receipt c c1,c2\nreceipt a a1\n", "empty b\n" + at_a + at_v + "empty c\n")
    final_stands = text(
        "receipt a a1\nreceipt b b2\n",
        "empty b\n" + at_a + line("v", 4, "agree final - 9,1,2,3,1,1,1") + "empty c\n",
    )
    smaller_leaf = text(
        "receipt a a3\nreceipt b b3\n",
        f"empty b\nempty a\nposition v 7 {first} agree open - -\nempty c\n",
    )
    silent = text(
        "receipt c c3\nreceipt a a4\n",
        "empty b\n" + line("a", 9, "agree open 9,1,2,3,1,1,1 9,1,2,3,1,1,1") + "empty v\nempty c\n",
    )
    good = {
        "in-the-closers-and-the-electorates-order": ([by_a, by_b, *by_c], right),
        "two-of-three-closers": ([by_a, by_b, *by_c], two_of_three),
        "first-final-position-stands": ([by_a, final], final_stands),
        "smaller-leaf-of-a-fork-stands": ([forked, forking], smaller_leaf),
        "people-and-households": ([nothing, both], silent),
    }
    for name, (receipts, right_text) in good.items():
        folder.good(name, council | {"receipts": receipts, "text": right_text}, words(name))
    swapped = text(
        "receipt a a1\nreceipt c c1,c2\nreceipt b b1\n", at_b + at_a + at_v + "empty c\n"
    )
    bad = {
        "empty": ("", "list-header"),
        "version-2": (right.replace("list/1", "list/2"), "list-header"),
        "carriage-returns": (right.replace("\n", "\r\n"), "list-header"),
        "byte-order-mark": ("\ufeff" + right, "list-header"),
        "of-another-proposal": (right.replace(PROPOSAL, OTHER), "list-header"),
        "no-receipts": (text("", at_b + at_a + at_v + "empty c\n"), "list-receipts"),
        "one-receipt-of-three": (
            text("receipt a a1\n", "empty b\n" + at_a + at_v + "empty c\n"),
            "list-receipts",
        ),
        "closer-twice": (right.replace("receipt b b1", "receipt a a1"), "list-receipts"),
        "receipt-not-known": (right.replace("b1", "b9"), "list-receipt-unknown"),
        "receipt-of-another-closer": (
            right.replace("receipt b b1", "receipt b a1"),
            "list-receipt-parts",
        ),
        "part-missing": (right.replace("c1,c2", "c1"), "list-receipt-parts"),
        "part-twice": (right.replace("c1,c2", "c1,c1"), "list-receipt-parts"),
        "parts-turned": (right.replace("c1,c2", "c2,c1"), "list-receipt-parts"),
        "receipts-in-another-order": (swapped, "list-differs"),
        "positions-in-another-order": (
            text(cited, at_a + at_b + at_v + "empty c\n"),
            "list-differs",
        ),
        "older-position": (
            right.replace(at_v, line("v", 4, "disagree open - -")),
            "list-differs",
        ),
        "position-left-out": (right.replace(at_v, "empty v\n"), "list-differs"),
        "position-made-up": (
            right.replace("empty c\n", line("c", 1, "agree open - -")),
            "list-differs",
        ),
        "choice-changed": (right.replace("block open", "agree open"), "list-differs"),
        "final-made-up": (right.replace("block open", "block final"), "list-differs"),
        "counts-changed": (right.replace("9,1,2,3", "9,2,1,3"), "list-differs"),
        "counts-with-leading-zero": (right.replace("9,1,2,3", "09,1,2,3"), "list-differs"),
        "community-missing": (right.replace("empty c\n", ""), "list-differs"),
        "community-not-asked": (right + "empty z\n", "list-differs"),
        "last-line-feed-missing": (right[:-1], "list-differs"),
        "line-feed-behind": (right + "\n", "list-differs"),
        "two-spaces": (right.replace("empty c", "empty  c"), "list-differs"),
    }
    for name, (wrong, code) in bad.items():
        given = council | {"receipts": [by_a, by_b, *by_c], "text": wrong}
        folder.bad(name, given, code, words(name))


# --- evidence -----------------------------------------------------------------------------------

TALLY: JsonValue = {
    "electorate": 9, "agree": 4, "reservations": 1, "aside": 0, "disagree": 2, "block": 0,
    "abstain": 1,
}  # fmt: skip
STATING: Body = {
    "proposal": PROPOSAL,
    "choice": "agree",
    "final": True,
    "counts": {"people": TALLY, "households": None},
    "root": "0" * 64,
    "decision": "1" * 64,
}
Seers = Sequence[tuple[Community, int]]


def make_council() -> None:
    folder = Folder("federation/council")
    known = [*ASKED, NOT_ASKED]
    folder.good(
        "four-closers",
        {
            "proposal": PROPOSAL,
            "deadline_s": DEADLINE,
            "electorate": [one.id for one in ASKED],
            "closers": [one.id for one in CLOSERS],
            "chains": {one.id: [event.raw.decode() for event in one.chain.events] for one in known},
        },
        "four communities close, two more are asked, and one is known that is not asked",
    )


def state(by: Community, name: str, *, key: str = "voice", kind: str = "", **more: Any) -> int:
    """Append a position and something after it; the position's index."""
    raw = raw_message(by, kind or "federation/position", {**STATING, **more}, key, name)
    index = by.append(raw, checked=False)
    by.fill(1)
    return index


def head(by: Community, index: int, seers: Seers, size: int = 0) -> Body:
    """A head of size `size` (or of all) with cosignatures, and the proof of that index."""
    checkpoint = by.checkpoint(size or by.size)
    lines = [cosign(one.keys.witness, one.id, checkpoint, at) for one, at in seers]
    note = by.head(checkpoint.size)
    proof: Texts = [b64_encode(one) for one in by.tree.inclusion(index, checkpoint.size)]
    return {"note": (add_cosignatures(note, lines) if lines else note).decode(), "proof": proof}


def seen(by: Community, index: int, *heads: Body) -> dict[str, Any]:
    return {"entry": by.entries[index].decode(), "heads": list(heads)}


IN_TIME: Seers = [(A, DEADLINE - 1), (B, DEADLINE), (C, DEADLINE + 1)]
AT = state(VILLAGE, "position")
ANOTHER = state(VILLAGE, "another proposal", proposal=OTHER)
NOT_THE_VOICE = state(VILLAGE, "by the log key", key="log")
OTHER_KIND = state(VILLAGE, "kind", kind="federation/elsewhere")
BODY = state(VILLAGE, "body", choice="yes")
OWN = state(A, "own position", counts={"people": None, "households": None}, final=False)
STRAYED = state(NOT_ASKED, "not asked")
UNKNOWN = state(NOT_KNOWN, "not known")
BEFORE = state(TURNED, "before the rotation")
BEFORE_SIZE, OLD_LOG = TURNED.size, TURNED.keys.log
OLD_HEAD = head(TURNED, BEFORE, IN_TIME)
TURNED.rotate()
TURNED.fill(1)
NEW_HEAD = head(TURNED, BEFORE, [(D, DEADLINE - 7)])
NEW_LOG, TURNED.keys.log = TURNED.keys.log, OLD_LOG
FALSE_HEAD = head(TURNED, BEFORE, IN_TIME)
TURNED.keys.log = NEW_LOG
GOOD_HEAD = head(VILLAGE, AT, IN_TIME)
GOOD = seen(VILLAGE, AT, GOOD_HEAD)


def read(by: Community, index: int, seers: Seers, *, timely: bool, **more: object) -> Body:
    """What must be read, by hand but for the hashes."""
    raw = by.entries[index]
    row: dict[str, Any] = {
        "ledger": by.id,
        "index": index,
        "leaf": hashlib.sha256(b"\0" + raw).hexdigest(),
        "message": read_message(json.dumps(json.loads(raw)["message"]).encode()).id,
        "choice": "agree",
        "final": True,
        "people": [9, 4, 1, 0, 2, 0, 1],
        "households": None,
    }
    cosigned: Texts = [[one, at] for one, at in sorted((one.id, at) for one, at in seers)]
    return {"row": row | more, "cosigned": cosigned, "timely": timely}


def make_evidence() -> None:
    folder = Folder("federation/evidence")
    late: Seers = [(A, DEADLINE), (B, DEADLINE + 1), (C, DEADLINE + 1)]
    stranger: Seers = [(A, DEADLINE), (NOT_KNOWN, DEADLINE)]
    no_closer: Seers = [(A, DEADLINE), (TURNED, DEADLINE)]
    own: Seers = [(A, DEADLINE)]
    own_and_one: Seers = [(A, DEADLINE), (B, DEADLINE)]
    own_row: dict[str, object] = {"people": None, "final": False}
    one_twice: Seers = [(A, DEADLINE - 5), (A, DEADLINE - 4)]
    two_others: Seers = [(B, DEADLINE), (C, DEADLINE)]
    two_heads: Seers = [(A, DEADLINE - 5), (B, DEADLINE - 4)]

    def village(seers: Seers) -> dict[str, Any]:
        return seen(VILLAGE, AT, head(VILLAGE, AT, seers))

    good: dict[str, tuple[dict[str, Any], Body]] = {
        "timely": (GOOD, read(VILLAGE, AT, IN_TIME, timely=True)),
        "timely-under-two-heads": (
            seen(
                VILLAGE,
                AT,
                head(VILLAGE, AT, two_heads[:1], AT + 1),
                head(VILLAGE, AT, two_heads[1:]),
            ),
            read(VILLAGE, AT, two_heads, timely=True),
        ),
        "timely-by-heads-before-and-after-a-rotation": (
            seen(TURNED, BEFORE, OLD_HEAD, NEW_HEAD),
            read(TURNED, BEFORE, [*IN_TIME, (D, DEADLINE - 7)], timely=True),
        ),
        "late-cosignature-is-not-timely": (village(late), read(VILLAGE, AT, late, timely=False)),
        "nobody-cosigned": (village([]), read(VILLAGE, AT, [], timely=False)),
        "one-closer-twice-counts-once-and-at-its-earliest": (
            village(one_twice[::-1]),
            read(VILLAGE, AT, one_twice[:1], timely=False),
        ),
        "witness-that-nobody-knows-is-left-aside": (
            village(stranger),
            read(VILLAGE, AT, stranger[:1], timely=False),
        ),
        "witness-that-does-not-close": (
            village(no_closer),
            read(VILLAGE, AT, no_closer, timely=False),
        ),
        "only-the-authors-own-cosignature": (
            seen(A, OWN, head(A, OWN, own)),
            read(A, OWN, own, timely=False, **own_row),
        ),
        "the-authors-own-and-one-more": (
            seen(A, OWN, head(A, OWN, own_and_one)),
            read(A, OWN, own_and_one, timely=False, **own_row),
        ),
        "two-others-than-the-author": (
            seen(A, OWN, head(A, OWN, two_others)),
            read(A, OWN, two_others, timely=True, **own_row),
        ),
    }
    for name, (given, gives) in good.items():
        folder.good(name, {"council": "four-closers", "seen": given}, words(name), gives)
    for name, (given, code) in false_evidence().items():
        folder.bad(name, {"council": "four-closers", "seen": given}, code, words(name))


def false_evidence() -> dict[str, tuple[dict[str, Any], str]]:
    entry, note = GOOD["entry"], str(GOOD_HEAD["note"])
    proof = [b64_encode(one) for one in VILLAGE.tree.inclusion(AT, VILLAGE.size)]

    def proven(*with_proof: str) -> dict[str, Any]:
        return GOOD | {"heads": [{"note": note, "proof": list(with_proof)}]}

    def at(index: int) -> dict[str, Any]:
        return seen(VILLAGE, index, head(VILLAGE, index, IN_TIME))

    lines = note.splitlines(keepends=True)
    other = head(VILLAGE, AT, [(A, DEADLINE)], VILLAGE.size - 1)
    stray = str(other["note"]).splitlines(keepends=True)[-1]
    return {
        "proof-cut": (proven(*proof[:-1]), "inclusion-invalid"),
        "proof-too-long": (proven(*proof, proof[0]), "inclusion-invalid"),
        "proof-reversed": (proven(*proof[::-1]), "inclusion-invalid"),
        "proof-of-another-entry": (
            GOOD | {"heads": [head(VILLAGE, AT + 1, IN_TIME)]},
            "inclusion-invalid",
        ),
        "proof-not-base64": (proven(*proof[:-1], "*" * 44), "base64-invalid"),
        "heads-none": (GOOD | {"heads": []}, "body-invalid"),
        "heads-nine": (GOOD | {"heads": [GOOD_HEAD] * 9}, "body-invalid"),
        "head-changed": (
            GOOD | {"heads": [{"note": note.replace(lines[1], "99\n"), "proof": proof}]},
            "checkpoint-key",
        ),
        "head-of-another-ledger": (
            GOOD | {"heads": [head(A, 0, IN_TIME)]},
            "checkpoint-key",
        ),
        "head-by-the-key-before-the-rotation": (
            seen(TURNED, BEFORE, FALSE_HEAD),
            "checkpoint-key",
        ),
        "cosignature-of-another-head": (
            GOOD | {"heads": [{"note": note + stray, "proof": proof}]},
            "signature-invalid",
        ),
        "entry-received-later": (
            GOOD | {"entry": entry.replace('"received":18', '"received":19')},
            "inclusion-invalid",
        ),
        "entry-at-another-index": (
            GOOD | {"entry": entry.replace(f'"index":{AT}', f'"index":{AT + 1}')},
            "inclusion-invalid",
        ),
        "entry-with-another-choice": (
            GOOD | {"entry": entry.replace(':\\"agree\\"', ':\\"block\\"')},
            "signature-invalid",
        ),
        "entry-too-long": (GOOD | {"entry": entry + " " * 4_096}, "position-too-long"),
        "entry-of-another-proposal": (at(ANOTHER), "position-other"),
        "entry-not-by-the-voice": (at(NOT_THE_VOICE), "not-the-voice"),
        "entry-of-another-kind": (at(OTHER_KIND), "position-other"),
        "entry-with-a-choice-that-is-none": (at(BODY), "body-invalid"),
        "entry-of-a-community-that-nobody-knows": (
            seen(NOT_KNOWN, UNKNOWN, head(NOT_KNOWN, UNKNOWN, IN_TIME)),
            "chain-unknown",
        ),
        "restated": (GOOD | {"choice": "block"}, "body-invalid"),
    }


# --- steps --------------------------------------------------------------------------------------

LIST = f"acuerdo/list/1\nproposal {PROPOSAL}\n"
"""Whether a list's text is right is asked in federation/list-text; a step carries any."""
LIST_HASH, OTHER_HASH = hash_of(LIST), hash_of("another list")


def vote_body(number: int = 0, digest: str = LIST_HASH, proposal: str = PROPOSAL) -> Body:
    return {"proposal": proposal, "round": number, "list": digest}


def vote(by: Community, body: Body | None = None, key: str = "voice") -> str:
    said = body or vote_body()
    name = f"{said['round']} {said['list']}"
    return raw_message(by, "closing/vote", said, key, name).decode()


VOTES: Texts = [vote(one) for one in (A, B, C)]
VOTERS: JsonValue = [A.id, B.id, C.id]


class Steps:
    """The vectors of one kind of step."""

    def __init__(self, step: str) -> None:
        self.kind = f"closing/{step}"
        self.folder = Folder(f"federation/{step}")

    def said(self, name: str, by: Community, body: Mapping[str, Any], key: str = "voice") -> str:
        return raw_message(by, self.kind, dict(body), key, name).decode()

    def good(self, name: str, by: Community, body: Mapping[str, Any], **gives: object) -> None:
        said = {"closer": by.id, **gives}
        self.folder.good(name, self._given(self.said(name, by, body)), words(name), said)

    def bad(
        self, name: str, by: Community, body: Mapping[str, Any], code: str, key: str = "voice"
    ) -> None:
        self.folder.bad(name, self._given(self.said(name, by, body, key)), code, words(name))

    def faults_of_any(self, by: Community, body: Body, changed: tuple[str, str]) -> None:
        """What may be wrong with every kind of step."""
        self.bad("by-another-key", by, body, "not-the-voice", key="witness")
        # The body is text within the message's text, so its quotes are escaped there.
        old, new = (one.replace('"', '\\"') for one in changed)
        forged = self.said("forged", by, body).replace(old, new)
        self.folder.bad("body-changed", self._given(forged), "signature-invalid", "body changed")
        self.bad("of-another-close", by, body | {"proposal": OTHER}, "step-other")
        self.bad("member-unknown", by, body | {"more": 1}, "body-invalid")
        self.bad("member-missing", by, dict([*body.items()][:-1]), "body-invalid")
        self.bad("by-a-community-that-nobody-knows", NOT_KNOWN, body, "chain-unknown")

    @staticmethod
    def _given(message: str) -> dict[str, str]:
        return {"council": "four-closers", "message": message}


def somebody_elses_voice(body: Body, kind: str) -> bytes:
    """Closer B signs in the name of closer A."""
    return write_message(
        B.keys.voice,
        ledger=A.id,
        kind=kind,
        audience=f"federation:{PROPOSAL}",
        nonce=Chance("somebody else's voice").bytes(16),
        body=body,
    )


def make_receipts() -> None:
    steps = Steps("receipt")
    own = seen(A, OWN, head(A, OWN, [(B, DEADLINE), (C, DEADLINE)]))
    late = seen(VILLAGE, AT, head(VILLAGE, AT, IN_TIME[1:]))
    strayed = seen(NOT_ASKED, STRAYED, head(NOT_ASKED, STRAYED, IN_TIME))
    unknown = seen(NOT_KNOWN, UNKNOWN, head(NOT_KNOWN, UNKNOWN, IN_TIME))

    def receipt(part: int, parts: int, *rows: object) -> dict[str, Any]:
        return {"proposal": PROPOSAL, "part": part, "parts": parts, "rows": list(rows)}

    two = [[A.id, OWN], [VILLAGE.id, AT]]
    steps.good("two-positions", B, receipt(0, 1, own, GOOD), part=0, parts=1, rows=two)
    steps.good("nothing-came", B, receipt(0, 1), part=0, parts=1, rows=[])
    steps.good("last-part-of-48", B, receipt(47, 48), part=47, parts=48, rows=[])
    steps.faults_of_any(B, receipt(0, 2), ('"part":0', '"part":1'))
    steps.bad("by-a-community-that-does-not-close", VILLAGE, receipt(0, 1), "closer-unknown")
    steps.bad("part-beyond-the-last", B, receipt(1, 1), "receipt-part")
    steps.bad("part-negative", B, receipt(-1, 1), "body-invalid")
    steps.bad("parts-none", B, receipt(0, 0), "body-invalid")
    steps.bad("parts-49", B, receipt(0, 49), "receipt-part")
    steps.bad("community-twice", B, receipt(0, 1, GOOD, GOOD), "receipt-twice")
    steps.bad("community-not-asked", B, receipt(0, 1, strayed), "receipt-stranger")
    steps.bad("community-not-known", B, receipt(0, 1, unknown), "chain-unknown")
    steps.bad("position-late", B, receipt(0, 1, late), "position-late")
    cut = GOOD | {"heads": [GOOD_HEAD | {"proof": []}]}
    steps.bad("proof-missing", B, receipt(0, 1, cut), "inclusion-invalid")


def make_lists() -> None:
    steps = Steps("list")

    def listing(number: int, *votes: JsonValue) -> Body:
        return {"proposal": PROPOSAL, "round": number, "list": LIST, "votes": list(votes)}

    steps.good("first", CHAIR, listing(0), round=0, list=LIST_HASH, votes=[])
    steps.good("again", SECOND, listing(1, *VOTES), round=1, list=LIST_HASH, votes=VOTERS)
    steps.good(
        "last-round", CHAIR, listing(10**9), round=10**9, list=LIST_HASH, votes=[]
    )  # 10^9 is a multiple of four
    steps.faults_of_any(CHAIR, listing(0), ('"round":0', '"round":4'))
    steps.bad("not-by-the-chair", SECOND, listing(0), "list-not-chair")
    steps.bad("by-a-community-that-does-not-close", VILLAGE, listing(0), "closer-unknown")
    steps.bad("round-negative", CHAIR, listing(-4), "body-invalid")
    steps.bad("round-too-large", CHAIR, listing(10**9 + 4), "body-invalid")
    steps.bad("votes-too-few", SECOND, listing(1, *VOTES[:2]), "votes-quorum")
    steps.bad("votes-of-its-own-round", CHAIR, listing(0, *VOTES), "votes-round")
    later: Texts = [vote(one, vote_body(2)) for one in (A, B, C)]
    steps.bad("votes-of-a-later-round", SECOND, listing(1, *later), "votes-round")
    other: Texts = [vote(one, vote_body(0, OTHER_HASH)) for one in (A, B, C)]
    steps.bad("votes-for-another-list", SECOND, listing(1, *other), "votes-differ")


def make_votes() -> None:
    steps = Steps("vote")
    steps.good("first-round", D, vote_body(), round=0, list=LIST_HASH)
    steps.good("last-round", D, vote_body(10**9), round=10**9, list=LIST_HASH)
    steps.faults_of_any(D, vote_body(), ('"round":0', '"round":1'))
    stolen = somebody_elses_voice(vote_body(), "closing/vote").decode()
    given = {"council": "four-closers", "message": stolen}
    steps.folder.bad("by-somebody-elses-voice", given, "not-the-voice", "by somebody else's voice")
    steps.bad("by-a-community-that-does-not-close", VILLAGE, vote_body(), "closer-unknown")
    steps.bad("round-negative", D, vote_body(-1), "body-invalid")
    steps.bad("round-too-large", D, vote_body(10**9 + 1), "body-invalid")
    steps.bad("round-as-text", D, vote_body() | {"round": "0"}, "body-invalid")
    steps.bad("list-upper-case", D, vote_body(0, LIST_HASH.upper()), "body-invalid")
    steps.bad("list-as-text", D, vote_body(0, LIST), "body-invalid")
    steps.kind = "closing/promise"
    steps.bad("kind-that-is-no-step", D, vote_body(), "step-unknown")


def make_commits() -> None:
    steps = Steps("commit")

    def commit(*votes: JsonValue, number: int = 0, digest: str = LIST_HASH) -> Body:
        return {"proposal": PROPOSAL, "round": number, "list": digest, "votes": list(votes)}

    steps.good("three-votes", D, commit(*VOTES), round=0, list=LIST_HASH, votes=VOTERS)
    order: Texts = VOTES[::-1]
    back = [C.id, B.id, A.id]
    steps.good("votes-in-another-order", A, commit(*order), round=0, list=LIST_HASH, votes=back)
    steps.faults_of_any(D, commit(*VOTES), ('"round":0,"', '"round":1,"'))
    steps.bad("by-a-community-that-does-not-close", VILLAGE, commit(*VOTES), "closer-unknown")
    two, digest = VOTES[:2], vote_body()
    stolen = somebody_elses_voice(digest, "closing/vote").decode()
    forged = vote(C).replace(LIST_HASH, OTHER_HASH)
    turn = raw_message(C, "closing/turn", {"proposal": PROPOSAL, "round": 1}, "voice", "").decode()
    bad: dict[str, tuple[Body, str]] = {
        "votes-none": (commit(), "body-invalid"),
        "votes-too-few": (commit(*two), "votes-quorum"),
        "votes-too-many": (commit(*VOTES, vote(D)), "votes-quorum"),
        "votes-eight": (commit(*VOTES * 2, *two), "body-invalid"),
        "vote-twice": (commit(*two, VOTES[0]), "votes-quorum"),
        "vote-of-a-community-that-does-not-close": (commit(*two, vote(VILLAGE)), "votes-quorum"),
        "vote-of-a-community-that-nobody-knows": (commit(*two, vote(NOT_KNOWN)), "chain-unknown"),
        "votes-of-two-rounds": (commit(*two, vote(C, vote_body(1))), "votes-differ"),
        "votes-for-two-lists": (commit(*two, vote(C, vote_body(0, OTHER_HASH))), "votes-differ"),
        "votes-for-another-list": (commit(*VOTES, digest=OTHER_HASH), "votes-differ"),
        "votes-of-another-round": (commit(*VOTES, number=1), "votes-round"),
        "vote-of-another-close": (
            commit(*two, vote(C, vote_body(proposal=OTHER))),
            "step-other",
        ),
        "vote-by-another-key": (commit(*two, vote(C, key="log")), "not-the-voice"),
        "vote-by-somebody-elses-voice": (commit(*VOTES[1:], stolen), "not-the-voice"),
        "vote-forged": (commit(*two, forged), "signature-invalid"),
        "vote-that-is-a-turn": (commit(*two, turn), "step-unknown"),
        "vote-that-is-no-message": (commit(*two, "{}"), "message-envelope"),
    }
    for name, (body, code) in bad.items():
        steps.bad(name, D, body, code)


def make_turns() -> None:
    steps = Steps("turn")

    def turn(number: JsonValue) -> Body:
        return {"proposal": PROPOSAL, "round": number}

    steps.good("first", D, turn(1), round=1)
    steps.good("last", D, turn(10**9), round=10**9)
    steps.faults_of_any(D, turn(1), ('"round":1', '"round":2'))
    steps.bad("by-a-community-that-does-not-close", VILLAGE, turn(1), "closer-unknown")
    steps.bad("round-zero", D, turn(0), "round-invalid")
    steps.bad("round-negative", D, turn(-1), "body-invalid")
    steps.bad("round-too-large", D, turn(10**9 + 1), "body-invalid")
    steps.bad("round-null", D, turn(None), "body-invalid")


def main() -> None:
    make_closers()
    make_drawings()
    make_list_texts()
    make_council()
    make_evidence()
    make_receipts()
    make_lists()
    make_votes()
    make_commits()
    make_turns()


if __name__ == "__main__":
    main()
