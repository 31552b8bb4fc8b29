"""Write tests/vectors/replication: python -m tests.vectors.make_replication

Run when a vector is added; the files are what counts, and are committed. Bytes are put
together here by hand after docs/spec/bundle.md, not by the program that reads them.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from protocol.ledger.cosignature import add_cosignatures
from tests.vectors.vector_writer import Folder, as_given
from tests.village import Community, found

MAGIC = b"acuerdo/bundle/1\n"

AYLLU = found("ayllu of the vectors", 1)
AYLLU.fill(4 - AYLLU.size % 4)
SIZE = AYLLU.size
BOSQUE, CERRO, STRANGER = (found(f"{name} of the vectors", 1) for name in ("b", "c", "d"))

TWIN = found("ayllu of the vectors", 1)
for at in range(TWIN.size, SIZE - 2):
    TWIN.put(AYLLU.entries[at])
TWIN.chance.name += " restored"
TWIN.fill(2)

TURNED = found("turned", 1)
TURNED_BEFORE, TURNED_OLD_LOG = TURNED.size, TURNED.keys.log
TURNED_OLD_HEAD = TURNED.head()
TURNED.rotate()
TURNED.fill(1)


def u(width: int, number: int) -> bytes:
    return number.to_bytes(width, "big")


def text(raw: bytes) -> bytes:
    return u(2, len(raw)) + raw


def entry(raw: bytes) -> bytes:
    return b"\x00" + text(raw)


def withheld(leaf: bytes) -> bytes:
    return b"\x01" + leaf


def sealed(leaf: bytes, box: bytes) -> bytes:
    return b"\x02" + leaf + u(4, len(box)) + box


def leaf_of(raw: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + raw).digest()


def words(name: str) -> str:
    return name.replace("-", " ")


def hexes(hashes: Sequence[bytes]) -> list[str]:
    return [one.hex() for one in hashes]


@dataclass(frozen=True)
class Body:
    """A section's body by its parts."""

    chain: Sequence[bytes]
    heads: Sequence[bytes]
    start: int = 0
    items: Sequence[bytes] = ()
    proof: Sequence[bytes] = ()

    @property
    def raw(self) -> bytes:
        return b"".join(
            (
                u(1, len(self.chain)),
                *map(text, self.chain),
                u(2, len(self.heads)),
                *map(text, self.heads),
                u(8, self.start),
                u(4, len(self.items)),
                *self.items,
                u(1, len(self.proof)),
                *self.proof,
            )
        )


def framed(ledger: str, raw: bytes) -> bytes:
    return bytes.fromhex(ledger) + u(4, len(raw)) + raw


def bundled(*frames: bytes) -> bytes:
    return MAGIC + u(2, len(frames)) + b"".join(frames)


def chain_of(community: Community) -> list[bytes]:
    return [event.raw for event in community.chain.events]


def hidden(community: Community, start: int, end: int) -> list[bytes]:
    return [withheld(leaf) for leaf in community.leaves[start:end]]


# --- bundles: nothing is verified, so that what is in them may be short ------------------------

ONE, TWO = (hashlib.sha256(name).hexdigest() for name in (b"one", b"two"))
LEAF = hashlib.sha256(b"a leaf").digest()
SHORT = Body(chain=[b"chain"], heads=[b"head"], items=[entry(b"entry")])
SHORT_READ: dict[str, Any] = {
    "ledger": ONE,
    "chain": ["chain"],
    "heads": ["head"],
    "start": 0,
    "end": 1,
    "leaves": [leaf_of(b"entry").hex()],
    "sorts": ["entry"],
    "proof": [],
}


def make_bundles() -> None:
    folder = Folder("replication/bundle")
    whole = Body(chain_of(CERRO), [CERRO.head()], 0, [entry(raw) for raw in CERRO.entries])
    whole_read = {
        "ledger": CERRO.id,
        "chain": [raw.decode() for raw in chain_of(CERRO)],
        "heads": [CERRO.head().decode()],
        "start": 0,
        "end": 4,
        "leaves": hexes([leaf_of(raw) for raw in CERRO.entries]),
        "sorts": ["entry"] * 4,
        "proof": [],
    }
    three = replace(
        SHORT, start=40, items=[withheld(LEAF), sealed(LEAF, b"box"), entry(b""), sealed(LEAF, b"")]
    )
    three_read = SHORT_READ | {
        "start": 40,
        "end": 44,
        "leaves": [LEAF.hex(), LEAF.hex(), leaf_of(b"").hex(), LEAF.hex()],
        "sorts": ["withheld", "sealed box", "entry", "sealed "],
    }
    partial = replace(SHORT, heads=[b"small", b"large"], proof=[LEAF, bytes(32)])
    partial_read = SHORT_READ | {"heads": ["small", "large"], "proof": [LEAF.hex(), "00" * 32]}
    bare = replace(SHORT, start=2**53 - 1, items=[])
    bare_read = SHORT_READ | {"start": 2**53 - 1, "end": 2**53 - 1, "leaves": [], "sorts": []}
    damaged = {"ledger": ONE, "code": "bundle-trailing"}
    one, two = framed(ONE, SHORT.raw), framed(TWO, SHORT.raw)
    good: dict[str, tuple[bytes, list[dict[str, Any]]]] = {
        "no-sections": (bundled(), []),
        "whole": (bundled(framed(CERRO.id, whole.raw)), [whole_read]),
        "withheld-and-sealed": (bundled(framed(ONE, three.raw)), [three_read]),
        "partial-with-proof": (bundled(framed(ONE, partial.raw)), [partial_read]),
        "heads-only": (bundled(framed(ONE, bare.raw)), [bare_read]),
        "two-ledgers": (bundled(two, one), [SHORT_READ | {"ledger": TWO}, SHORT_READ]),
        "two-of-one-ledger": (bundled(one, framed(ONE, three.raw)), [SHORT_READ, three_read]),
        "one-section-damaged": (
            bundled(framed(ONE, SHORT.raw + b"\x00"), two),
            [damaged, SHORT_READ | {"ledger": TWO}],
        ),
    }
    for name, (raw, read) in good.items():
        folder.good(name, as_given(raw), words(name), {"sections": read})
    raw = bundled(one)
    bad = {
        "empty": (b"", "bundle-malformed"),
        "magic-of-version-2": (raw.replace(b"/1\n", b"/2\n"), "bundle-malformed"),
        "magic-with-carriage-return": (raw.replace(b"/1\n", b"/1\r\n"), "bundle-malformed"),
        "magic-missing": (raw.removeprefix(MAGIC), "bundle-malformed"),
        "magic-cut": (MAGIC[:-1], "bundle-malformed"),
        "byte-order-mark": (b"\xef\xbb\xbf" + raw, "bundle-malformed"),
        "zip": (b"PK\x03\x04" + bytes(30), "bundle-malformed"),
        "zstd": (b"\x28\xb5\x2f\xfd" + bytes(30), "bundle-malformed"),
        "count-missing": (MAGIC, "bundle-cut"),
        "count-cut": (MAGIC + b"\x00", "bundle-cut"),
        "count-1025": (MAGIC + u(2, 1025), "bundle-malformed"),
        "count-too-large": (MAGIC + u(2, 2) + one, "bundle-cut"),
        "count-too-small": (MAGIC + u(2, 0) + one, "bundle-trailing"),
        "count-little-endian": (MAGIC + b"\x01\x00" + one, "bundle-cut"),
        "ledger-cut": (bundled(one[:31]), "bundle-cut"),
        "length-cut": (bundled(one[:35]), "bundle-cut"),
        "length-too-large": (bundled(one[:32] + b"\xff\xff\xff\xff" + SHORT.raw), "bundle-cut"),
        "section-cut": (raw[:-1], "bundle-cut"),
        "byte-behind": (raw + b"\x00", "bundle-trailing"),
        "line-feed-behind": (raw + b"\n", "bundle-trailing"),
        "two-bundles": (raw + raw, "bundle-trailing"),
    }
    for name, (wrong, code) in bad.items():
        folder.bad(name, as_given(wrong), code, words(name))


# --- sections: read, then verified against what is held ---------------------------------------


@dataclass(frozen=True)
class Have:
    """What a reader holds of a community's ledger."""

    community: Community
    size: int
    heads: Sequence[bytes] = field(default=())

    @property
    def given(self) -> dict[str, object] | None:
        if self.size == 0 and not self.heads:
            return None
        return {
            "chain": [raw.decode() for raw in chain_of(self.community)],
            "leaves": hexes(self.community.leaves[: self.size]),
            "heads": [raw.decode() for raw in self.heads],
        }


def given(raw: bytes, have: Have, ledger: str | None = None) -> dict[str, object]:
    return {
        "ledger": ledger or have.community.id,
        "section": raw.hex(),
        "held": have.given,
        "witnesses": {one.id: one.keys.witness.public.text for one in (BOSQUE, CERRO)},
    }


NOTHING, HALF = Have(AYLLU, 0), Have(AYLLU, 4, [AYLLU.head(4)])
HEAD = AYLLU.head()
BOX = hashlib.sha256(b"a box").digest()
NEXT = Body(
    chain_of(AYLLU),
    [HEAD],
    4,
    [
        withheld(AYLLU.leaves[4]),
        sealed(AYLLU.leaves[5], BOX),
        *hidden(AYLLU, 6, SIZE - 1),
        entry(AYLLU.entries[-1]),
    ],
)
ALL = Body(chain_of(AYLLU), [HEAD], 0, [entry(AYLLU.entries[0]), *hidden(AYLLU, 1, SIZE)])
PART = Body(chain_of(AYLLU), [HEAD], 4, hidden(AYLLU, 4, 6), AYLLU.tree.consistency(6, SIZE))
TURN = Body(chain_of(TURNED), [TURNED.head()], 4, hidden(TURNED, 4, TURNED.size))


def adds(
    community: Community,
    start: int,
    size: int,
    heads: Sequence[tuple[int, list[str]]],
    sorts: Sequence[str],
    known: Sequence[int] = (),
) -> dict[str, Any]:
    """What a section adds: `heads` are sizes with the witnesses known here."""
    return {
        "start": start,
        "size": size,
        "root": community.tree.root(size).hex(),
        "leaves": hexes([leaf_of(raw) for raw in community.entries[start:size]]),
        "sorts": list(sorts),
        "known": list(known),
        "heads": [
            {"size": at, "root": community.tree.root(at).hex(), "witnesses": by} for at, by in heads
        ],
        "chain": len(chain_of(community)),
    }


def make_good_sections(folder: Folder) -> None:
    box = f"sealed {BOX.hex()}"
    end = ["withheld", box, *["withheld"] * (SIZE - 7), "entry"]
    by = AYLLU.head(by=(BOSQUE, STRANGER, CERRO))
    good: dict[str, tuple[Body, Have, dict[str, Any]]] = {
        "from-nothing": (
            ALL,
            NOTHING,
            adds(AYLLU, 0, SIZE, [(SIZE, [])], ["entry", *["withheld"] * (SIZE - 1)]),
        ),
        "withheld-and-sealed": (NEXT, HALF, adds(AYLLU, 4, SIZE, [(SIZE, [])], end)),
        "overlap": (
            replace(NEXT, start=3, items=[*hidden(AYLLU, 3, 4), *NEXT.items]),
            HALF,
            adds(AYLLU, 4, SIZE, [(SIZE, [])], end, [3]),
        ),
        "nothing-new": (
            ALL,
            Have(AYLLU, SIZE, [HEAD]),
            adds(AYLLU, SIZE, SIZE, [(SIZE, [])], [], range(SIZE)),
        ),
        "partial-with-proof": (
            PART,
            HALF,
            adds(AYLLU, 4, 6, [(SIZE, [])], ["withheld"] * 2),
        ),
        "heads-only": (
            replace(NEXT, start=4, heads=[AYLLU.head(4)], items=[]),
            HALF,
            adds(AYLLU, 4, 4, [(4, [])], []),
        ),
        "heads-on-the-way": (
            replace(NEXT, heads=[AYLLU.head(2), AYLLU.head(5), HEAD]),
            HALF,
            adds(AYLLU, 4, SIZE, [(2, []), (5, []), (SIZE, [])], end),
        ),
        "cosigned-by-two-and-a-stranger": (
            replace(NEXT, heads=[by]),
            HALF,
            adds(AYLLU, 4, SIZE, [(SIZE, [BOSQUE.id, CERRO.id])], end),
        ),
        "rotation": (
            replace(
                TURN, start=0, heads=[TURNED_OLD_HEAD, *TURN.heads], items=hidden(TURNED, 0, 6)
            ),
            Have(TURNED, 0),
            adds(TURNED, 0, 6, [(4, []), (6, [])], ["withheld"] * 6),
        ),
        "chain-shorter-than-held": (
            Body(chain_of(TURNED)[:1], [TURNED_OLD_HEAD], 4),
            Have(TURNED, 6),
            adds(TURNED, 6, 6, [(4, [])], []),
        ),
    }
    for name, (body, have, gives) in good.items():
        folder.good(name, given(body.raw, have), words(name), gives)


def make_unreadable_sections(folder: Folder) -> None:
    chain, heads, start = b"\x01\x00\x01c", b"\x00\x01\x00\x01h", bytes(8)
    before = chain + heads + start
    one = before + u(4, 1)
    bad = {
        "empty": (b"", "bundle-cut"),
        "chain-none": (b"\x00" + heads + start + bytes(5), "section-malformed"),
        "chain-of-65": (b"\x41" + b"\x00\x01c" * 65, "bundle-malformed"),
        "chain-message-too-long": (b"\x01" + u(2, 60_001), "bundle-malformed"),
        "chain-cut": (b"\x02\x00\x01c", "bundle-cut"),
        "heads-none": (chain + b"\x00\x00" + start + bytes(5), "section-malformed"),
        "heads-129": (chain + u(2, 129), "bundle-malformed"),
        "head-too-long": (chain + u(2, 1) + u(2, 32_769), "bundle-malformed"),
        "head-cut": (chain + b"\x00\x01\x00\x09h", "bundle-cut"),
        "start-cut": (before[:-1], "bundle-cut"),
        "start-2-to-53": (chain + heads + u(8, 2**53) + bytes(5), "section-malformed"),
        "end-2-to-53": (
            chain + heads + u(8, 2**53 - 1) + u(4, 1) + withheld(LEAF) + b"\x00",
            "section-malformed",
        ),
        "items-100001": (before + u(4, 100_001), "bundle-malformed"),
        "items-count-too-large": (before + u(4, 2) + withheld(LEAF), "bundle-cut"),
        "items-count-too-small": (one + withheld(LEAF) * 2 + b"\x00", "bundle-trailing"),
        "item-tag-03": (one + b"\x03" + LEAF + b"\x00", "section-malformed"),
        "item-tag-ff": (one + b"\xff" + LEAF + b"\x00", "section-malformed"),
        "entry-cut": (one + b"\x00\x00\x09entry", "bundle-cut"),
        "entry-length-cut": (one + b"\x00\x00", "bundle-cut"),
        "withheld-cut": (one + withheld(LEAF)[:-1], "bundle-cut"),
        "sealed-cut": (one + sealed(LEAF, b"box")[:-1], "bundle-cut"),
        "sealed-too-long": (one + b"\x02" + LEAF + u(4, 65_600), "bundle-malformed"),
        "proof-missing": (one + withheld(LEAF), "bundle-cut"),
        "proof-of-64": (before + u(4, 0) + b"\x40", "bundle-malformed"),
        "proof-cut": (before + u(4, 0) + b"\x01" + LEAF[:-1], "bundle-cut"),
        "byte-behind": (before + bytes(5) + b"\x00", "bundle-trailing"),
    }
    for name, (raw, code) in bad.items():
        folder.bad(name, given(raw, NOTHING), code, words(name))


def make_false_sections(folder: Folder) -> None:
    leaf = withheld(LEAF)
    old = replace(TURNED.keys, log=TURNED_OLD_LOG)
    real, TURNED.keys = TURNED.keys, old
    by_the_old_key = TURNED.head()
    TURNED.keys = real
    other_root = TWIN.head(SIZE)
    not_its_line = add_cosignatures(HEAD, [BOSQUE.cosign(CERRO)])
    bad: dict[str, tuple[Body, Have, str]] = {
        "chain-of-another-community": (
            replace(NEXT, chain=chain_of(BOSQUE)),
            HALF,
            "section-chain",
        ),
        "chain-without-the-rotation": (
            replace(TURN, chain=chain_of(TURNED)[:1]),
            Have(TURNED, 0),
            "note-unsigned",
        ),
        "head-of-another-ledger": (
            replace(NEXT, heads=[BOSQUE.head()]),
            HALF,
            "checkpoint-origin",
        ),
        "head-by-the-key-before": (
            replace(TURN, heads=[by_the_old_key]),
            Have(TURNED, 4),
            "note-unsigned",
        ),
        "head-not-signed": (
            replace(NEXT, heads=[HEAD.replace(b"\n8\n", b"\n9\n")]),
            HALF,
            "signature-invalid",
        ),
        "heads-in-falling-order": (
            replace(NEXT, heads=[AYLLU.head(6), AYLLU.head(5), HEAD]),
            HALF,
            "section-heads",
        ),
        "head-twice": (replace(NEXT, heads=[HEAD, HEAD]), HALF, "section-heads"),
        "head-below-the-end": (replace(NEXT, heads=[AYLLU.head(7)]), HALF, "section-heads"),
        "heads-beyond-the-end": (
            replace(PART, heads=[AYLLU.head(7), HEAD]),
            HALF,
            "section-heads",
        ),
        "gap": (replace(NEXT, start=5, items=NEXT.items[1:]), HALF, "ledger-gap"),
        "gap-from-nothing": (NEXT, NOTHING, "ledger-gap"),
        "root-of-another-leaf": (
            replace(NEXT, items=[leaf, *NEXT.items[1:]]),
            HALF,
            "section-root",
        ),
        "items-swapped": (
            replace(NEXT, items=[NEXT.items[1], NEXT.items[0], *NEXT.items[2:]]),
            HALF,
            "section-root",
        ),
        "proof-needed": (replace(PART, proof=()), HALF, "consistency-invalid"),
        "proof-not-needed": (replace(NEXT, proof=[LEAF]), HALF, "consistency-invalid"),
        "proof-from-another-size": (
            replace(PART, proof=AYLLU.tree.consistency(5, SIZE)),
            HALF,
            "consistency-invalid",
        ),
        "proof-reversed": (
            replace(PART, proof=PART.proof[::-1]),
            HALF,
            "consistency-invalid",
        ),
        "proof-and-another-leaf": (
            replace(PART, items=[leaf, *PART.items[1:]]),
            HALF,
            "consistency-invalid",
        ),
        "cosignature-of-another-head": (
            replace(NEXT, heads=[not_its_line]),
            HALF,
            "signature-invalid",
        ),
        "fork-at-one-size": (
            replace(ALL, heads=[other_root], items=hidden(TWIN, 0, SIZE)),
            Have(AYLLU, SIZE, [HEAD]),
            "ledger-forked",
        ),
        "fork-in-the-overlap": (
            replace(ALL, heads=[other_root], items=hidden(TWIN, 0, SIZE)),
            Have(AYLLU, SIZE - 1, [AYLLU.head(SIZE - 1)]),
            "ledger-forked",
        ),
        "fork-at-a-head-on-the-way": (
            replace(ALL, heads=[AYLLU.head(SIZE - 1), other_root], items=hidden(TWIN, 0, SIZE)),
            HALF,
            "ledger-forked",
        ),
    }
    for name, (body, have, code) in bad.items():
        folder.bad(name, given(body.raw, have), code, words(name))
    # The frame says whose section it is; the chain in it says something else.
    folder.bad(
        "ledger-of-another-community",
        given(ALL.raw, NOTHING, BOSQUE.id),
        "section-chain",
        "ledger of another community",
    )


# --- parts: a file as short texts ---------------------------------------------------------------


def b32(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=")


def part(number: int, total: int, data: bytes, whole: bytes) -> str:
    rest = f"{number}:{total}:{b32(hashlib.sha256(whole).digest()[:10])}:{b32(data)}"
    return f"ACUERDO-B1:{b32(hashlib.sha256(rest.encode()).digest()[:5])}:{rest}"


def in_parts(whole: bytes, size: int) -> list[str]:
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    return [part(number, len(pieces), one, whole) for number, one in enumerate(pieces, 1)]


def make_parts() -> None:
    folder = Folder("replication/parts")
    whole, other = bytes(range(48)), bytes(range(1, 49))
    three = in_parts(whole, 16)
    one = three[0]
    good = {
        "one": in_parts(whole, 48),
        "three": three,
        "three-backwards": three[::-1],
        "one-comes-twice": [*three, one],
        "last-is-short": in_parts(whole, 20),
        "of-many-lengths": [
            part(1, 2, whole[:1], whole),
            part(2, 2, whole[1:], whole),
        ],
        "sixty-four": in_parts(bytes(64), 1),
    }
    for name, texts in good.items():
        file = bytes(64) if name == "sixty-four" else whole
        folder.good(name, {"parts": texts}, words(name), {"file": file.hex()})
    bad = {
        "none": ([], "parts-missing"),
        "one-missing": (three[:2], "parts-missing"),
        "one-of-another-file": ([*three[:2], in_parts(other, 16)[2]], "parts-mixed"),
        "one-of-another-splitting": ([*three[:2], in_parts(whole, 24)[1]], "parts-mixed"),
        "one-number-twice": ([*three, part(1, 3, b"else", whole)], "parts-mixed"),
        "of-another-total": ([*three[:2], part(3, 4, whole[32:], whole)], "parts-mixed"),
        "not-what-was-sent": (
            [*three[:2], part(3, 3, other[32:], whole)],
            "parts-damaged",
        ),
        "a-letter-changed": ([one[:-3] + "AAA", *three[1:]], "part-damaged"),
        "a-letter-missing": ([one[:-1], *three[1:]], "part-damaged"),
        "number-changed": ([one.replace(":1:3:", ":2:3:"), *three[1:]], "part-damaged"),
        "small-letters": ([one.lower(), *three[1:]], "part-malformed"),
        "space-before": ([" " + one, *three[1:]], "part-malformed"),
        "line-feed-behind": ([one + "\n", *three[1:]], "part-malformed"),
        "another-version": ([one.replace("B1", "B2"), *three[1:]], "part-malformed"),
        "padding": ([one + "=", *three[1:]], "part-malformed"),
        "no-data": ([part(1, 1, b"", b"")], "part-malformed"),
        "number-nought": ([part(0, 1, whole, whole)], "part-malformed"),
        "number-over-total": ([part(2, 1, whole, whole)], "part-malformed"),
        "sixty-five": (in_parts(bytes(65), 1), "part-malformed"),
        "too-long": ([part(1, 1, bytes(1_400), bytes(1_400))], "part-malformed"),
        "empty-text": ([""], "part-malformed"),
    }
    for name, (texts, code) in bad.items():
        folder.bad(name, {"parts": texts}, code, words(name))


def main() -> None:
    make_bundles()
    make_parts()
    folder = Folder("replication/section")
    make_good_sections(folder)
    make_unreadable_sections(folder)
    make_false_sections(folder)


if __name__ == "__main__":
    main()
