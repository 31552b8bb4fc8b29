"""Positions accepted per second by one node: verified, durable, answered with a receipt."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from node.keys import read_keys
from protocol.ledger.checkpoint import origin_of
from protocol.ledger.merkle import leaf_hash
from protocol.ledger.receipt import open_receipt
from protocol.wire.text import b64_decode
from tests.bench.figures import Figure
from tests.bench.prepared import Prepared, prepare
from tests.bench.served import serving

TARGET_PER_S = 2_500
_MEMBERS = 200


def measure(folder: Path, *, quick: bool) -> Iterator[Figure]:
    """With one client, and with sixteen."""
    for clients, count in ((1, 500 if quick else 1_500), (16, 3_000 if quick else 15_000)):
        home = folder / f"village-{clients}"
        village = asyncio.run(prepare(home, members=_MEMBERS, entries=0, name=f"Vega {clients}"))
        with serving(home) as node:
            flood(node.port, clients, village.positions(20 * clients), folder)  # warm-up
            measured = flood(node.port, clients, village.positions(count), folder)
        checked = check(village, answers(folder))
        yield Figure(
            name=f"positions accepted, {clients} client{'s' if clients > 1 else ''}",
            value=measured["per_second"],
            unit="/s",
            direction="at least" if clients > 1 else "",
            target=TARGET_PER_S if clients > 1 else None,
            detail=f"p50 {measured['p50_ms']:.1f} ms, p99 {measured['p99_ms']:.1f} ms; "
            f"{checked} receipts checked",
        )


def flood(port: int, clients: int, messages: Sequence[bytes], folder: Path) -> dict[str, Any]:
    """Send messages from a process of its own; all must be accepted."""
    measured = unchecked_flood(port, clients, messages, folder)
    if measured["statuses"] != {"201": len(messages)}:
        raise RuntimeError(f"not every message was accepted: {measured['statuses']}")
    return measured


def unchecked_flood(
    port: int, clients: int, messages: Sequence[bytes], folder: Path
) -> dict[str, Any]:
    """Send messages and tell what came of it."""
    (folder / "messages").write_bytes(b"\n".join(messages))
    arguments = [str(port), str(clients), str(folder / "messages"), str(folder / "answers")]
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.bench.load", *arguments],
        capture_output=True,
        check=True,
        timeout=300,
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def answers(folder: Path) -> list[dict[str, Any]]:
    """What the last flood was answered."""
    return [json.loads(line) for line in (folder / "answers").read_bytes().splitlines()]


def check(village: Prepared, answered: Sequence[dict[str, Any]]) -> int:
    """Check receipts as their members would; how many held. One that does not raises."""
    key, origin = read_keys(village.folder).log.public, origin_of(village.village.community)
    places = set()
    for one in answered:
        leaf = leaf_hash(b64_decode(one["entry"]))
        receipt = open_receipt(one["receipt"].encode(), leaf, key, origin=origin)
        assert receipt.index == one["index"]
        places.add(receipt.index)
    assert len(places) == len(answered)
    return len(places)
