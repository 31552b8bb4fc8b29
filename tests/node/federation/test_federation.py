"""Stories of whole nodes: a federation decides, a third relays, a backup is restored."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from node.readers import reader_of
from protocol.audit import audit
from protocol.errors import Malformed
from protocol.federation.joint import find_proposal, open_joint, outcome_of
from tests.node.federation.network import (
    Network,
    Site,
    federate,
    found_site,
    fresh_ports,
    is_in_force,
    propose,
    until,
)

Found = Callable[..., Awaitable[Site]]


@pytest.fixture
async def found(tmp_path: Path) -> AsyncIterator[Found]:
    network, ports, sites = Network(), fresh_ports(), []

    async def make(host: str, *, audience: str = "community") -> Site:
        site = await found_site(network, ports, tmp_path / host, host, audience=audience)
        sites.append(site)
        await site.start()
        return site

    yield make
    for site in sites:
        if site.opened is not None:
            await site.stop()
    ports.executor.close()


async def acquaint(sites: list[Site]) -> None:
    for site in sites:
        for other in sites:
            if site is not other:
                await site.knows(other)


def knows_all(sites: list[Site]) -> bool:
    everybody = {site.community for site in sites}
    return all(everybody <= set(site.node.books.known()) for site in sites)


def asks(site: Site) -> Callable[[], bool]:
    return lambda: site.asked() is not None


async def answer(sites: list[Site], choices: list[str]) -> None:
    for site, choice in zip(sites, choices, strict=True):
        await until(f"{site.host} asks its members", asks(site))
        asked = site.asked()
        assert asked is not None
        await site.all_take(asked.id, choice)


async def test_three_communities_decide_together(found: Found) -> None:
    sites = [await found(host) for host in ("ceiba.test", "roble.test", "pino.test")]
    await acquaint(sites)
    await until("all hold all ledgers", lambda: knows_all(sites))
    federation = await federate(sites)
    await until(
        "the federation is in force everywhere",
        lambda: all(is_in_force(site, federation) for site in sites),
    )
    proposal = await propose(sites[0], federation)
    await answer(sites, ["agree", "disagree", "agree"])
    await until(
        "everybody recorded the outcome",
        lambda: all(site.outcome(proposal) is not None for site in sites),
    )
    outcomes = [site.outcome(proposal) for site in sites]
    assert len({(one.list, one.verdict, one.ground) for one in outcomes if one}) == 1
    for site in sites:
        facts = site.node.books.facts()
        asked = find_proposal(facts, proposal)
        assert asked is not None
        computed = outcome_of(open_joint(facts, asked))
        assert computed is not None
        assert computed.tally.agree == 2
        assert computed.tally.disagree == 1
        assert computed.people is not None
        assert computed.people.electorate == 9
    for site in sites:
        for other in sites:
            book = site.node.books.book(other.community)
            assert book is not None
            assert not book.void
    whole = dict.fromkeys(sites[1].node.books.known(), 0)
    facts = sites[1].node.books.facts()
    reader = reader_of(sites[1].community, facts)
    raw = sites[1].node.delivery.bundle_for(reader, whole)
    report = audit(raw)
    assert report.problems == []
    assert len(report.ledgers) == 3
    joint = next(one for one in report.joint if one.proposal == proposal)
    assert joint.outcome is not None
    assert outcomes[0] is not None
    assert joint.outcome.list == outcomes[0].list
    assert joint.commits == 2
    changed = raw.replace(b'choice\\":\\"disagree', b'choice\\":\\"abstain')
    assert changed != raw
    assert not audit_or_refused(changed)


def audit_or_refused(raw: bytes) -> bool:
    try:
        return audit(raw).right
    except Malformed:
        return False


async def test_a_third_relays_between_two_that_never_meet(found: Found) -> None:
    ceiba, roble, pino = sites = [await found(host) for host in ("a.test", "b.test", "c.test")]
    ceiba.network.cut.add(frozenset({"a.test", "c.test"}))
    for site in (ceiba, pino):
        await site.knows(roble)
        await roble.knows(site)
    await until("the middle holds both", lambda: len(roble.node.books.known()) == 3)
    federation = await federate(sites)
    await until(
        "the federation is in force everywhere",
        lambda: all(is_in_force(site, federation) for site in sites),
    )
    proposal = await propose(ceiba, federation)
    await answer(sites, ["agree", "agree", "agree"])
    await until(
        "everybody recorded the outcome",
        lambda: all(site.outcome(proposal) is not None for site in sites),
    )
    assert len({one.list for site in sites if (one := site.outcome(proposal))}) == 1


async def test_a_restored_backup_takes_its_tail_back(found: Found, tmp_path: Path) -> None:
    ceiba, roble = await found("a.test"), await found("b.test")
    await acquaint([ceiba, roble])
    await until("both hold both", lambda: knows_all([ceiba, roble]))
    await ceiba.node.journal.speak("identity/witness", "public", {"home": roble.community})
    text = await ceiba.text("antes")
    await ceiba.stop()
    backup = tmp_path / "backup"
    ceiba.back_up(backup)
    await ceiba.start()
    await until("it may write", lambda: ceiba.node.journal.read_only is None)
    kept = [await ceiba.text(f"después {number}") for number in range(5)]
    size, root = ceiba.node.journal.head.size, ceiba.node.journal.head.root

    def witnessed() -> bool:
        return roble.node.books.tree(ceiba.community).size == size

    await until("the home witness holds the tail", witnessed)
    await ceiba.stop()
    shutil.rmtree(ceiba.folder)
    shutil.copytree(backup, ceiba.folder)
    ceiba.network.cut.add(frozenset({"a.test", "b.test"}))
    await ceiba.start()
    assert ceiba.node.journal.head.size < size
    with pytest.raises(Exception, match="asking the home witness"):
        await ceiba.text("una segunda historia")
    ceiba.network.cut.clear()
    await until("the tail is back", lambda: ceiba.node.journal.read_only is None)
    assert (ceiba.node.journal.head.size, ceiba.node.journal.head.root) == (size, root)
    assert all(one in ceiba.book.said for one in [text, *kept])
    again = await ceiba.text("y sigue")
    await until(
        "the witness follows",
        lambda: roble.node.books.tree(ceiba.community).size == ceiba.node.journal.head.size,
    )
    assert again in ceiba.book.said
    assert not await roble.node.mirror.evidence()


async def test_who_never_saw_our_ledger_does_not_let_a_backup_write(
    found: Found, tmp_path: Path
) -> None:
    ceiba, roble, pino = [await found(host) for host in ("a.test", "b.test", "c.test")]
    await acquaint([ceiba, roble])
    await until("both hold both", lambda: knows_all([ceiba, roble]))
    await ceiba.knows(pino)
    await ceiba.stop()
    ceiba.back_up(tmp_path / "backup")
    await ceiba.start()
    await until("it may write", lambda: ceiba.node.journal.read_only is None)
    await ceiba.text("después")
    size = ceiba.node.journal.head.size
    await until("roble holds the tail", lambda: roble.node.books.tree(ceiba.community).size == size)
    await ceiba.stop()
    shutil.rmtree(ceiba.folder)
    shutil.copytree(tmp_path / "backup", ceiba.folder)
    ceiba.network.cut.add(frozenset({"a.test", "b.test"}))
    await ceiba.start()
    await asyncio.sleep(1)
    assert ceiba.node.journal.recovering
    ceiba.network.cut.clear()
    await until("the tail is back", lambda: ceiba.node.journal.read_only is None)
    assert ceiba.node.journal.head.size >= size


async def test_private_entries_leave_as_hashes(found: Found) -> None:
    ceiba, roble = await found("a.test"), await found("b.test")
    await acquaint([ceiba, roble])
    await until("both hold both", lambda: knows_all([ceiba, roble]))
    await ceiba.text("esto queda en casa")
    await until(
        "the copy is whole",
        lambda: roble.node.books.tree(ceiba.community).size == ceiba.node.journal.head.size,
    )
    await asyncio.sleep(0.05)
    book = roble.node.books.book(ceiba.community)
    assert book is not None
    assert book.withheld >= 1
    assert not book.said
    assert b"queda en casa" not in (roble.folder / "acuerdo.db").read_bytes()
