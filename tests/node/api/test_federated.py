"""Two villages decide together, and what each of them reads about it on the way."""

from node.readers import reader_of
from protocol.decisions.proposal import FederatedSubject, State
from protocol.federation.certificate import check_certificate
from protocol.wire.digests import MessageId
from protocol.wire.encoding import JsonValue
from tests.node.api.house import House, JsonObject
from tests.node.api.story import CONSENT, adopt, publish, take

MOST_TURNS = 12


async def carry(source: House, target: House) -> None:
    """Everything that the one may read of the other, and the lines under it, carried over."""
    reader = reader_of(target.village.community, source.node.books.facts())
    starts = dict.fromkeys(source.node.books.known(), 0)
    raw = source.node.delivery.bundle_for(reader, starts, None)
    taken = await target.node.mirror.take(raw, sender=source.village.community)
    assert [one.error for one in taken] == [None] * len(taken)
    await target.node.books.settle()


async def exchange(*houses: House) -> None:
    for source in houses:
        for target in houses:
            if source is not target:
                await carry(source, target)


async def join(house: House, founder: str, federation: MessageId) -> None:
    subject: dict[str, JsonValue] = {
        "kind": "federation/join",
        "founder": founder,
        "federation": federation,
    }
    await adopt(house, subject, "federation")
    await house.node.duties.act()


async def agree(house: House) -> None:
    """Members answer what their node asks them."""
    for one in list(house.node.books.own.decisions.proposals.values()):
        if isinstance(one.subject, FederatedSubject) and one.state is State.OPEN:
            for member in range(len(house.village.keys)):
                await take(house, member, one.id)


async def ask(house: House, federation: MessageId) -> MessageId:
    shown = (await house.member().get(f"/v1/federations/{federation}")).json
    assert shown["in_force"] is True
    audience = f"federation:{federation}"
    body: dict[str, JsonValue] = {
        "federation": federation,
        "text": await publish(house, "Un pozo para las dos", audience),
        "seats": shown["seats"],
        "left": shown["left"],
        "closes_at": house.node.clock.now() + 86_400,
    }
    raw = house.village.says(0, "federation/propose", body, audience)
    return (await house.node.journal.submit(raw)).id


async def test_a_joint_decision_is_read_alike_by_all(
    house: House, neighbour: House, outsider: House
) -> None:
    await house.learn(neighbour)
    await neighbour.learn(house)
    own, other = house.village.community, neighbour.village.community
    compact: dict[str, JsonValue] = {
        "text": await publish(house, "Vecinas de agua", "public"),
        "communities": [own, other],
        "terms": CONSENT,
        "closers": None,
        "window_s": 0,
        "round_s": 60,
    }
    raw = house.village.says(0, "federation/compact", compact, "public")
    federation = (await house.node.journal.submit(raw)).id
    await exchange(house, neighbour)
    for one in (house, neighbour):
        await join(one, own, federation)
    await exchange(house, neighbour)
    asked = await ask(house, federation)
    stages = [(await read(house, asked))["stage"]]
    for _ in range(MOST_TURNS):
        for one in (house, neighbour):
            await one.node.duties.act()
            await agree(one)
            await one.node.duties.act()
        await exchange(house, neighbour)
        stages.append((await read(house, asked))["stage"])
    assert stages[0] == "open"
    assert stages[-1] == "final"
    assert "closing" in stages
    ours, theirs = await read(house, asked), await read(neighbour, asked)
    for name in ("outcome", "explain", "certificate", "electorate", "closers"):
        assert ours[name] == theirs[name]
    outcome = ours["outcome"]
    assert isinstance(outcome, dict)
    assert (outcome["verdict"], outcome["ground"]) == ("adopted", "consent")
    explained = ours["explain"]
    assert isinstance(explained, dict)
    assert "comunidades" in str(explained["es"])
    assert "communities" in str(explained["en"])
    await same_certificate(house, asked, ours)
    hidden = await outsider.member().get(f"/v1/federated/{asked}")
    assert (hidden.status, hidden.code) == (404, "federated-unknown")


async def read(house: House, asked: MessageId) -> JsonObject:
    answer = await house.member(1).get(f"/v1/federated/{asked}")
    assert answer.status == 200
    return answer.json


async def same_certificate(house: House, asked: MessageId, shown: JsonObject) -> None:
    """What is shown is the certificate that proves itself."""
    facts = house.node.books.facts()
    act = house.node.books.own.federation.proposals[asked]
    joint = house.node.closing.joint(facts, act)
    assert joint.certificate is not None
    check_certificate(joint.roster.agreement, joint.certificate)
    told = shown["certificate"]
    assert isinstance(told, dict)
    assert told["list"] == joint.certificate.digest
    assert told["text"] == joint.certificate.listing.text
