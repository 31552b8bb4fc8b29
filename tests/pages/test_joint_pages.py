"""What adopting a proposal does, and which communities said what, on our own pages."""

from protocol.community.charter import charter_json
from protocol.decisions.proposal import FederatedSubject
from protocol.wire.encoding import JsonValue
from tests.node.api.house import House
from tests.node.api.story import CONSENT, draft, publish
from tests.node.api.test_federated import agree, ask, exchange, join
from tests.node.journal.village import MAJORITY, village_charter
from tests.pages.browse import Browser


async def federation_of(house: House, neighbour: House) -> str:
    """Both join by a decision of their own."""
    await house.learn(neighbour)
    await neighbour.learn(house)
    compact: dict[str, JsonValue] = {
        "text": await publish(house, "Vecinas de agua", "public"),
        "communities": [house.village.community, neighbour.village.community],
        "terms": CONSENT,
        "closers": None,
        "window_s": 0,
        "round_s": 60,
    }
    raw = house.village.says(0, "federation/compact", compact, "public")
    federation = (await house.node.journal.submit(raw)).id
    await exchange(house, neighbour)
    for one in (house, neighbour):
        await join(one, house.village.community, federation)
    await exchange(house, neighbour)
    return federation


def answers(house: House) -> list[str]:
    """Our own decisions on what the federation asks."""
    return [
        one.id
        for one in house.node.books.own.decisions.proposals.values()
        if isinstance(one.subject, FederatedSubject)
    ]


async def test_which_communities_decided_what(house: House, neighbour: House) -> None:
    federation = await federation_of(house, neighbour)
    ana = await Browser(house).sign_in(0)
    joined = next(iter(house.node.books.own.decisions.proposals))
    page = await ana.get(f"/p/{joined}")
    assert page.has("the community joins the federation Vecinas de agua", "It has been done.")
    assert page.has("La Ceiba", "El Roble")
    await ask(house, federation)  # type: ignore[arg-type]
    for one in (house, neighbour):
        await one.node.duties.act()
        await one.node.duties.act()
        await exchange(house, neighbour)
    (own,) = answers(house)
    home = await ana.get("/")
    assert home.has("Answer the federation: Un pozo para las dos")
    asked = await ana.get(f"/p/{own}/vote")
    assert asked.has("This proposal goes to all communities of a federation.")
    assert (await ana.get(f"/p/{own}")).has("The communities are still deciding.", "No answer")
    for _ in range(12):
        for one in (house, neighbour):
            await one.node.duties.act()
            await agree(one)
            await one.node.duties.act()
        await exchange(house, neighbour)
    final = await ana.get(f"/p/{own}")
    assert final.has("Which communities decided what", "Certificate: round 0, signed by 2")
    assert final.has("El Roble ✓ Agree 3/3", "La Ceiba ✓ Agree 3/3")
    stranger = Browser(house)
    assert (await stranger.get(f"/p/{own}")).status == 303


async def test_what_a_new_charter_changes_is_said_in_words(house: House, ana: Browser) -> None:
    new = charter_json(village_charter())
    decisions = new["decisions"]
    assert isinstance(decisions, dict)
    rule: JsonValue = {"method": "consent", "max_objections": 0}
    decisions["money"] = {**MAJORITY, "rule": rule, "unit": "household", "discussion_s": 86_400}
    new["admission"] = {"sponsors": 3}
    new["audience"] = "public"
    proposal = await draft(house, "Reglas", {"kind": "charter", "charter": new}, "charter")
    page = await ana.get(f"/p/{proposal}")
    assert page.has("the community's rules change", "3 members", "of the kind “ money ”")
    assert page.has("by consent", "Every household has one voice", "at least 1 day")
    assert page.words.index("Before") < page.words.index("After")
    assert "lost" not in page.words
