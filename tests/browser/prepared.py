"""A community in which everything has happened once, and two neighbours with whom it federates.

Made by production code and signed acts alone. What is long ago is said by a clock that lags
behind, before the node answers; what takes other nodes happens on real sockets afterwards.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from node.publishing import PULL
from node.store.peers import put_peer
from protocol.community.charter import Charter, charter_json, read_charter
from protocol.community.members import invitation_text
from protocol.decisions.proposal import FederatedSubject, Proposal, State
from protocol.federation.acts import find_compact
from protocol.federation.roster import in_force, members_of
from protocol.wire.digests import MessageId
from protocol.wire.encoding import JsonValue
from protocol.wire.text import b64url_encode
from tests.browser.hand import DAY_S, Hand, JsonObject, key_of
from tests.browser.place import MovedClock, Place, free_folder, open_place
from tests.browser.speech import Speech
from tests.node.api.story import close
from tests.node.journal.village import MAJORITY, seed
from tests.village import found

PEOPLE: Final = ("Ana", "Bento", "Carla", "Dora", "Emilio", "Fe")
ANA, BENTO, CARLA, DORA, EMILIO, FE = range(6)
_HOUSEHOLDS: Final = ("los-olivos", "los-olivos", "la-loma", "la-loma", "el-potrero", None)
_HOUR_S: Final = 3_600
_WAIT_S: Final = 40.0


@dataclass
class Prepared:
    """The community, by the hand that wrote in it, and its neighbours."""

    home: Hand
    neighbours: list[Hand]

    @property
    def place(self) -> Place:
        return self.home.place

    @property
    def ids(self) -> dict[str, str]:
        """Of what is in the community, by name."""
        return self.home.ids


def prepared_charter(sponsors: int = 2) -> Charter:
    """Several ways to decide; everything else by majority."""
    general: JsonObject = {**MAJORITY, "voting_s": 0, "early": True}
    consensus: JsonObject = {
        "method": "consensus",
        "agree": {"num": 2, "den": 3},
        "max_reservations": {"num": 1, "den": 2},
        "max_aside": {"num": 1, "den": 4},
        "reason_for": ["block", "aside"],
    }
    return read_charter(
        {
            "audience": "community",
            "admission": {"sponsors": sponsors},
            "recovery": {"confirmations": 2},
            "assembly": {"witnesses": 1, "contest_s": 2 * DAY_S, "contests": 2},
            "decisions": {
                "general": general,
                "acuerdo": {**general, "rule": consensus},
                "debate": {**general, "rule": consensus, "discussion_s": 3 * DAY_S},
                "consent": {**general, "rule": {"method": "consent", "max_objections": 0}},
                "household": {**general, "unit": "household"},
            },
        }
    )


@asynccontextmanager
async def prepare(folder: Path, speech: Speech) -> AsyncIterator[Prepared]:
    """The community, its neighbours, and all that happened; everything serves until the end."""
    hands: list[Hand] = []

    async def before(place: Place) -> None:
        hands.append(Hand(place, speech))
        await _long_ago(hands[0])

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(
            open_place(
                free_folder(folder),
                name=speech.name("La Ceiba"),
                members=len(PEOPLE),
                households=_HOUSEHOLDS,
                charter=prepared_charter(),
                clock=MovedClock(21 * DAY_S),
                before=before,
            )
        )
        for name, audience in (("El Roble", "community"), ("La Plaza", "public")):
            opening = open_place(free_folder(folder), name=speech.name(name), audience=audience)
            hands.append(Hand(await stack.enter_async_context(opening), speech))
        prepared = Prepared(hands[0], hands[1:])
        await _federate(prepared)
        await _fork(prepared)
        yield prepared


# --- before the node answered ----------------------------------------------------------------


async def _long_ago(home: Hand) -> None:
    clock = home.place.node.clock
    assert isinstance(clock, MovedClock)
    for days, happens in ((20, _people), (15, _over), (5, _soon_over), (1, _discussed)):
        clock.behind_s = days * DAY_S
        await happens(home)
    clock.behind_s = 3 * _HOUR_S
    await _called(home)
    clock.behind_s = _HOUR_S
    await _met(home)
    clock.behind_s = 0
    await _under_way(home)


async def _people(home: Hand) -> None:
    """Somebody waits for sponsors or a household, somebody lost her key, one is invited."""
    place = home.place
    for number, name in enumerate(PEOPLE):
        await home.say(number, "member/profile", {"name": home.speech.name(name)}, "community")
    until = place.node.clock.now() + 90 * DAY_S
    for name in ("Gala", "Hugo"):
        invitation = key_of(f"invitation of {name}").public.text
        given: JsonObject = {"invitation": invitation, "household": None, "until": until}
        await home.say(ANA, "member/invite", given)
    home.ids["used invitation"] = key_of("invitation of Gala").public.text
    home.ids["invitation"] = key_of("invitation of Hugo").public.text
    home.ids["invitation seed"] = b64url_encode(seed("invitation of Hugo", 0))
    invitation_key, key = key_of("invitation of Gala"), key_of("Gala")
    proof = invitation_key.sign(invitation_text(place.village.community, key.public))
    joining: JsonObject = {
        "invitation": invitation_key.public.text,
        "proof": b64url_encode(proof),
    }
    home.ids["waiting"] = await home.say_with(key, "member/join", joining)
    await home.say(FE, "household/move", {"household": "la-loma"})
    replacement: JsonObject = {
        "member": place.village.members[EMILIO],
        "key": key_of("Emilio's next phone").public.text,
    }
    await home.say(ANA, "member/replace", replacement)


async def _over(home: Hand) -> None:
    """Adopted, rejected, blocked, withdrawn."""
    for key, letters, kind in (
        ("adopted", "aaadaa", "general"),
        ("rejected", "addadd", "general"),
        ("blocked", "arsaba", "acuerdo"),
    ):
        await close(home.place, await home.vote(key, letters, kind))
    withdrawn = await home.vote("withdrawn", "-a----")
    await home.say(ANA, "proposal/withdraw", {"proposal": withdrawn})


async def _soon_over(home: Hand) -> None:
    """A day later nobody but one had spoken."""
    lapsed = await home.vote("lapsed", "a-----", lasts_s=DAY_S)
    clock = home.place.node.clock
    assert isinstance(clock, MovedClock)
    clock.behind_s -= DAY_S + 60
    await close(home.place, lapsed)


async def _discussed(home: Hand) -> None:
    """Drafts: one with a discussion and amendments, one that would change the charter."""
    talk = await home.draft("talk", "debate")
    question = await home.comment(talk, "question", BENTO)
    home.ids["comment"] = await home.comment(talk, "reply", CARLA, replies_to=question)
    regretted = await home.comment(talk, "regret", DORA)
    index = home.place.node.books.own.size - 1
    await home.say(DORA, "entry/erase", {"index": index}, "community")
    home.ids["erased"] = regretted
    for what, by, base in (("accept", BENTO, 1), ("decline", CARLA, 2), ("", DORA, 2)):
        text = await home.publish("again", by)
        offer: JsonObject = {"proposal": talk, "base": base, "text": text}
        amendment = await home.say(by, "amendment/propose", offer)
        if what:
            await home.say(ANA, f"amendment/{what}", {"amendment": amendment})
        home.ids[f"amendment {what}".strip()] = amendment
    changed = charter_json(prepared_charter(sponsors=1))
    await home.draft("charter", "charter", {"kind": "charter", "charter": changed})


async def _called(home: Hand) -> None:
    """Assemblies: one that is about to meet, one to come, one that was called off."""
    room = await home.vote("room", "------")
    soon = home.place.node.clock.now() + 60
    for key, starts_at, agenda in (
        ("met", soon, [room]),
        ("coming", soon + 5 * DAY_S, [room, home.ids["talk"]]),
        ("cancelled", soon + 2 * DAY_S, []),
    ):
        call: JsonObject = {
            "text": await home.publish(key),
            "starts_at": starts_at,
            "agenda": list[JsonValue](agenda),
            "replaces": None,
        }
        home.ids[key] = await home.say(ANA, "assembly/convene", call)
    await home.say(ANA, "assembly/cancel", {"assembly": home.ids["cancelled"]})


async def _met(home: Hand) -> None:
    """Minutes: some that stand and that one contests, some that nobody has countersigned yet."""
    members = home.place.village.members
    helped: JsonObject = {
        "member": members[DORA],
        "choice": "disagree",
        "reason": None,
        "helper": members[ANA],
    }
    item: JsonObject = {
        "proposal": home.ids["room"],
        "counts": {"agree": 2, "abstain": 1},
        "positions": [helped],
    }
    minutes = await _record(home, "minutes", (ANA, BENTO, CARLA, DORA), item)
    await home.say(BENTO, "assembly/countersign", {"minutes": minutes})
    reason = await home.comment(home.ids["room"], "question", CARLA)
    await home.say(CARLA, "assembly/contest", {"minutes": minutes, "reason": reason})
    late: JsonObject = {"proposal": home.ids["room"], "counts": {"agree": 1}, "positions": []}
    await _record(home, "recorded", (EMILIO, FE), late)


async def _record(home: Hand, key: str, there: Sequence[int], item: JsonObject) -> MessageId:
    now = home.place.node.clock.now()
    body: JsonObject = {
        "assembly": home.ids["met"] if key == "minutes" else None,
        "text": await home.publish(key, there[0]),
        "held_at": now - _HOUR_S,
        "ended_at": now - 600,
        "attendance": [home.place.village.members[one] for one in there],
        "guests": 2,
        "items": [item],
        "corrects": None,
    }
    home.ids[key] = recorded = await home.say(there[0], "assembly/minutes", body)
    return recorded


async def _under_way(home: Hand) -> None:
    """Open: for Ana to vote on, changed by her, by households, by consent."""
    await home.vote("vote", "-ad---")
    mine = await home.vote("mine", "da-s--", "acuerdo")
    home.ids["position"] = await home.choose(mine, "reservations", ANA)
    await home.vote("household", "--a---", "household")
    await home.vote("consent", "-adr--", "consent")


# --- with the neighbours ---------------------------------------------------------------------


async def _federate(prepared: Prepared) -> None:
    """A federation of three; one joint outcome is final, one question is open."""
    hands = [prepared.home, *prepared.neighbours]
    for one in hands:
        for other in hands:
            if one is not other:
                await _knows(one.place, other.place)
    founder = prepared.neighbours[0]
    federation = await _compact(founder, hands, "compact")
    prepared.ids["federation"] = federation
    prepared.ids["founder"] = founder.place.node.books.own_id
    await asyncio.gather(
        *(
            _join(one, founder, federation, "join" if one is hands[0] else "out of sight")
            for one in hands
        )
    )
    for one in hands:
        await _until("it is in force", partial(_in_force, one, federation))
    joint = await _propose(prepared.home, federation, "joint")
    prepared.ids["joint"] = joint
    await asyncio.gather(*(_answer(one, joint) for one in hands))
    for one in hands:
        outcomes = one.place.node.books.own.federation.outcomes
        await _until("a joint outcome is there", partial(outcomes.__contains__, joint))
    asked = await _propose(founder, federation, "asked")
    own = await _own_decision(prepared.home, asked)
    prepared.ids.update(asked=asked, answer=own.id)
    await _answer(prepared.neighbours[1], asked)
    await prepared.home.choose_all(own.id, "-ad---")
    second = await _compact(prepared.neighbours[1], hands, "second")
    await _until("another compact comes", partial(_has_come, prepared.home, second))
    prepared.ids["second"] = second


async def _knows(one: Place, other: Place) -> None:
    with one.node.store.write() as connection:
        put_peer(connection, other.url, allow_private=True)
    await one.node.duties.owe(PULL, other.url)


def _in_force(hand: Hand, federation: MessageId) -> bool:
    return in_force(hand.place.node.books.facts(), federation)


def _has_come(hand: Hand, federation: MessageId) -> bool:
    return find_compact(hand.place.node.books.facts(), federation) is not None


async def _compact(founder: Hand, hands: list[Hand], key: str) -> MessageId:
    communities: list[JsonValue] = [one.place.node.books.own_id for one in hands]
    body: JsonObject = {
        "text": await founder.publish(key, to="public"),
        "communities": communities,
        "terms": {"rule": {"method": "consent"}, "quorum": {"num": 1, "den": 2}},
        "closers": None,
        "window_s": 1,
        "round_s": 1,
    }
    return await founder.say(0, "federation/compact", body, "public")


async def _join(hand: Hand, founder: Hand, federation: MessageId, key: str) -> None:
    await _until("the compact comes", partial(_has_come, hand, federation))
    subject: JsonObject = {
        "kind": "federation/join",
        "founder": founder.place.node.books.own_id,
        "federation": federation,
    }
    proposal = await hand.draft(key, "federation", subject)
    await hand.open(proposal, DAY_S)
    await hand.choose_all(proposal, "a" * len(hand.place.village.keys))


async def _propose(hand: Hand, federation: MessageId, key: str) -> MessageId:
    audience = f"federation:{federation}"
    node = hand.place.node
    seats: list[JsonValue] = [
        {"community": community, "join": join}
        for community, join in members_of(node.books.facts(), federation).items()
    ]
    body: JsonObject = {
        "federation": federation,
        "text": await hand.publish(key, to=audience),
        "seats": seats,
        "left": [],
        "closes_at": node.clock.now() + 3 * DAY_S,
    }
    return await hand.say(0, "federation/propose", body, audience)


async def _answer(hand: Hand, proposal: MessageId) -> None:
    own = await _own_decision(hand, proposal)
    await hand.choose_all(own.id, "a" * len(hand.place.village.keys))


async def _own_decision(hand: Hand, asked: MessageId) -> Proposal:
    """Our own decision on it, once the node has opened it."""
    decisions = hand.place.node.books.own.decisions
    found: list[Proposal] = []

    def opened() -> bool:
        found[:] = [
            one
            for one in decisions.proposals.values()
            if isinstance(one.subject, FederatedSubject)
            and one.subject.proposal == asked
            and one.state is State.OPEN
        ]
        return bool(found)

    await _until("our own decision opens", opened)
    return found[0]


async def _fork(prepared: Prepared) -> None:
    """A fourth community, whose node was restored from a backup and wrote two histories."""
    broken = found(prepared.home.speech.name("Los Juncos"), members=2)
    prepared.ids["forked"] = broken.id
    twin = broken.twin()
    mirror = prepared.place.node.mirror
    for one, words in ((broken, "one"), (twin, "another")):
        one.publish(words)
        await mirror.take(one.bundle(), trust_new=True)


async def _until(what: str, holds: Callable[[], bool]) -> None:
    end = asyncio.get_running_loop().time() + _WAIT_S
    while not holds():
        assert asyncio.get_running_loop().time() < end, f"it never came to be that {what}"
        await asyncio.sleep(0.02)
