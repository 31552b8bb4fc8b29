"""Five communities decide together: from the last member's position to the same outcome on all."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from node.ports import system_ports
from protocol.wire.encoding import JsonValue
from protocol.wire.message import read_message
from tests.bench.figures import Figure
from tests.bench.served import Served, serving
from tests.bench.wire import Client
from tests.node.journal.village import MAJORITY, Village, found_village, village_charter

_NODES = 5
_MEMBERS = 5
_PATIENCE_S = 60.0
_TERMS: dict[str, JsonValue] = {
    "rule": {"method": "consent", "max_objections": 0},
    "quorum": {"num": 1, "den": 2},
}


@dataclass(frozen=True)
class Side:
    """One community: its members and its node."""

    village: Village
    node: Served
    client: Client

    async def says(self, member: int, kind: str, audience: str, body: dict[str, JsonValue]) -> str:
        """A member's message, accepted by her own node; its id."""
        raw = self.village.says(member, kind, body, audience)
        await self.client.post("/v1/messages", raw)
        return read_message(raw).id

    async def publish(self, words: str) -> str:
        text: dict[str, JsonValue] = {"title": {"es": words}, "texts": {"es": words}}
        return await self.says(0, "text/publish", "public", text)

    async def decide(self, text: str, subject: dict[str, JsonValue]) -> None:
        """Draft, open and agree, everybody: the node closes it and does what follows."""
        draft: dict[str, JsonValue] = {"type": "federation", "text": text, "subject": subject}
        proposal = await self.says(0, "proposal/draft", "public", draft)
        told = await self.client.get(f"/v1/proposals/{proposal}/snapshot")
        opening: dict[str, JsonValue] = {
            name: told[name]
            for name in ("proposal", "version", "text", "charter", "electorate", "electorate_root")
        }
        opening["closes_at"] = told["now"] + 600
        await self.says(0, "proposal/open", "public", opening)
        for member in range(_MEMBERS):
            await self.agree(member, proposal)

    async def agree(self, member: int, proposal: str) -> None:
        await self.client.post("/v1/messages", self.village.position(member, proposal))


def measure(folder: Path, *, quick: bool) -> Iterator[Figure]:
    """From the last position in the last community until all five nodes record the outcome."""
    spans = asyncio.run(_measure(folder, rounds=1 if quick else 3))
    yield Figure(
        name=f"last position to final outcome on {_NODES} nodes",
        value=sorted(spans)[len(spans) // 2],
        unit="s",
        detail=", ".join(f"{one:.2f}" for one in spans) + " s",
    )


async def _measure(folder: Path, *, rounds: int) -> list[float]:
    async with _sides(folder) as sides:
        federation = await _federate(sides)
        return [await _round(sides, federation, number) for number in range(rounds)]


@asynccontextmanager
async def _sides(folder: Path) -> AsyncIterator[list[Side]]:
    ports = system_ports(1)
    charter = village_charter("public", **{**MAJORITY, "early": True, "voting_s": 1})
    with ExitStack() as nodes:
        sides = []
        for number in range(_NODES):
            home = folder / f"council-{number}"
            village = await found_village(
                home, ports, members=_MEMBERS, name=f"Valle {number}", charter=charter
            )
            node = nodes.enter_context(serving(home, ACUERDO_PULL_INTERVAL_S="2"))
            sides.append(Side(village, node, Client(node.port, node.token)))
        ports.executor.close()
        for side in sides:
            for other in sides:
                if other is not side:
                    peer = {"url": other.node.url, "allow_private": True}
                    await side.client.post("/v1/operator/peers", peer)
        yield sides
        for side in sides:
            side.client.close()


async def _federate(sides: list[Side]) -> str:
    """A compact, ratified by all five; its id once everybody knows that it is in force."""
    first = sides[0]
    text = await first.publish("Compartimos el agua del valle")
    compact: dict[str, JsonValue] = {
        "text": text,
        "communities": [side.village.community for side in sides],
        "terms": _TERMS,
        "closers": None,
        "window_s": 5,
        "round_s": 5,
    }
    federation = await first.says(0, "federation/compact", "public", compact)
    for side in sides:
        subject: dict[str, JsonValue] = {
            "kind": "federation/join",
            "founder": first.village.community,
            "federation": federation,
        }
        await side.decide(await side.publish("Nos unimos"), subject)

    def in_force(side: Side) -> Callable[[], Awaitable[Any]]:
        async def ask() -> Any:
            return (await side.client.get(f"/v1/federations/{federation}"))["in_force"]

        return ask

    for side in sides:
        await _until(in_force(side))
    return federation


async def _round(sides: list[Side], federation: str, number: int) -> float:
    """One federated proposal; seconds from the last voice to the outcome everywhere."""
    first = sides[number % len(sides)]
    seats = (await first.client.get(f"/v1/federations/{federation}"))["seats"]
    audience = f"federation:{federation}"
    now = (await first.client.get("/v1/status"))["time"]
    asked: dict[str, JsonValue] = {
        "federation": federation,
        "text": await first.publish(f"Turnos de riego {number}"),
        "seats": seats,
        "left": [],
        "closes_at": now + 600,
    }
    proposal = await first.says(1, "federation/propose", audience, asked)
    answers = [await _until(_opened(side, proposal)) for side in sides]
    for side, answer in zip(sides, answers, strict=True):
        for member in range(_MEMBERS - (side is sides[-1])):
            await side.agree(member, answer)
    await asyncio.sleep(1.0)  # everything but the last voice has arrived everywhere
    await sides[-1].agree(_MEMBERS - 1, answers[-1])
    began = time.perf_counter()
    outcomes = await asyncio.gather(*(_until(_outcome(side, proposal)) for side in sides))
    seconds = time.perf_counter() - began
    assert {one["verdict"] for one in outcomes} == {"adopted"}
    assert len({one["list"] for one in outcomes}) == 1
    return seconds


def _opened(side: Side, proposal: str) -> Callable[[], Awaitable[Any]]:
    async def ask() -> Any:
        listed = await side.client.get("/v1/proposals?state=open")
        for one in listed["proposals"]:
            if (one["subject"] or {}).get("proposal") == proposal:
                return one["id"]
        return None

    return ask


def _outcome(side: Side, proposal: str) -> Callable[[], Awaitable[Any]]:
    async def ask() -> Any:
        return (await side.client.get(f"/v1/federated/{proposal}")).get("outcome")

    return ask


async def _until(ask: Callable[[], Awaitable[Any]]) -> Any:
    """The first answer that is one.

    Raises:
        TimeoutError: there never was any.
    """
    limit = time.monotonic() + _PATIENCE_S
    while time.monotonic() < limit:
        try:
            if answer := await ask():
                return answer
        except LookupError:
            pass  # not known there yet
        await asyncio.sleep(0.01)
    raise TimeoutError(f"waited {_PATIENCE_S} s in vain")
