"""Between communities: the map, compacts, proposals to all, and ledgers carried by hand."""

import os
import re
from itertools import pairwise

import pytest

from node.api.operations import HEADER
from node.compression import inflate
from node.pages.network.drawing import MOST_DRAWN, Dot, draw_map
from node.pages.network.federations import PACES, RULES
from node.store.peers import heard, put_peer, put_sizes
from protocol.replication.bundle import read_section, split_bundle
from protocol.replication.parts import read_part
from protocol.wire.digests import CommunityId
from protocol.wire.limits import MAX_BUNDLE_BYTES
from tests.node.api.house import House
from tests.node.api.story import draft, federate, publish
from tests.pages.acts import open_vote, say
from tests.pages.browse import Browser, Page
from tests.pages.hostile import HOSTILE
from tests.pages.test_hostile_texts import line_of, tags


async def befriend(house: House, other: House, url: str = "http://roble.example") -> CommunityId:
    """Hold the other's ledger, and know where it answers."""
    await house.learn(other)
    community = other.village.community
    with house.node.store.write() as connection:
        put_peer(connection, url, community=community)
        heard(connection, url, house.node.clock.now_ms() - 300_000, community)
    return community


# --- the map ---------------------------------------------------------------------------------


async def test_a_lonely_community_is_told_what_to_do(visitor: Browser) -> None:
    page = await visitor.get("/map")
    assert page.has("works alone", "La Ceiba", "This is us")
    assert "<svg" not in page.text


async def test_the_state_of_a_neighbour_in_words(
    house: House, neighbour: House, visitor: Browser, operator: Browser
) -> None:
    community = await befriend(house, neighbour)
    page = await visitor.get("/map")
    assert page.has("El Roble", "Answers", "Last heard 5 minutes ago", "all that it said it has")
    assert "roble.example" not in page.text
    assert "http://roble.example" in (await operator.get("/map")).words
    with house.node.store.write() as connection:
        put_sizes(connection, community, {community: 99})
    late = await visitor.get("/map")
    assert re.search(r"We lack \d+ entries of those it said it has", late.words)


async def test_the_picture_is_for_eyes_alone(
    house: House, neighbour: House, visitor: Browser
) -> None:
    await befriend(house, neighbour)
    (picture,) = re.findall(r"<svg.*?</svg>", (await visitor.get("/map")).text, re.DOTALL)
    assert 'aria-hidden="true"' in picture
    assert "<a" not in picture
    assert "El Roble" in picture


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 12, MOST_DRAWN])
def test_no_label_lies_on_another_or_is_crossed_by_a_line(count: int) -> None:
    dots = [Dot(name=f"Comunidad {number}", state="heard") for number in range(count)]
    pairs = [(one, other) for one in range(count) for other in range(one)]
    drawn = str(draw_map(dots, pairs, pairs, [range(count)]))
    labels = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" class="(left|right)"', drawn)
    assert len(labels) == count
    for side in ("left", "right"):
        ys = sorted(float(y) for _, y, at in labels if at == side)
        assert all(later - earlier >= 20 for earlier, later in pairwise(ys))
    ends = [float(x) for pair in re.findall(r"M([\d.]+) [\d.]+L([\d.]+)", drawn) for x in pair]
    for x, _, side in labels:
        inside = [end for end in ends if (end < float(x) if side == "left" else end > float(x))]
        # A line ends at dots, and every dot of a side is on the inner side of its own label.
        assert len(inside) < len(ends) or not ends


async def test_one_community_close_up(
    house: House, neighbour: House, open_house: House, visitor: Browser
) -> None:
    closed = await befriend(house, neighbour)
    page = await visitor.get(f"/communities/{closed}")
    assert page.has("El Roble", "only fingerprints", "It began with its first keys.")
    assert f'href="/ledgers/{closed}"' in page.text
    await draft(open_house, "Que así sea", audience="public")
    await house.learn(open_house)
    shown = await visitor.get(f"/communities/{open_house.village.community}")
    assert shown.has("La Plaza", "Que así sea", "Being discussed")
    unknown = await visitor.get(f"/communities/{'0' * 64}")
    assert (unknown.status, "community-unknown" in unknown.words) == (404, True)


# --- compacts --------------------------------------------------------------------------------


def compact_of(*communities: str, **changes: str) -> list[tuple[str, str]]:
    typed = {
        "title-en": "Water compact",
        "text-en": "We share the water.",
        "rule": "consent",
        "pace": "by-hand",
        **changes,
    }
    return [*typed.items(), *(("community", one) for one in communities)]


async def test_a_federation_is_founded_from_the_browser(
    house: House, neighbour: House, ana: Browser, visitor: Browser
) -> None:
    other = await befriend(house, neighbour)
    assert (await ana.get("/federations/new")).has("El Roble", "By consent", "By majority")
    checked = await ana.post("/federations/new", compact_of(other))
    assert checked.has("Check the compact", "We share the water.", "La Ceiba (Ourselves)")
    assert checked.has("El Roble", "adopted if no community blocks it", "7 days")
    assert [(act["kind"], act["audience"]) for act in checked.acts] == [
        ("text/publish", "public"),
        ("federation/compact", "public"),
    ]
    federation = (await ana.sign(checked))[1]
    shown = await visitor.get(f"/federations/{federation}")
    assert shown.has("Water compact", "for them alone to see", "Ourselves")
    assert "Has not come in yet" not in shown.words
    inside = await ana.get(f"/federations/{federation}")
    assert inside.has(
        "Not yet: not all have come in", "Has not come in yet", "Propose that we join"
    )


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("pace", PACES)
async def test_every_rule_and_pace_makes_a_compact(
    house: House, neighbour: House, ana: Browser, rule: str, pace: str
) -> None:
    other = await befriend(house, neighbour)
    checked = await ana.post("/federations/new", compact_of(other, rule=rule, pace=pace))
    federation = (await ana.sign(checked))[1]
    assert (await ana.get(f"/federations/{federation}")).status == 200


async def test_what_is_wrong_with_a_compact_is_said_at_its_field(
    house: House, neighbour: House, ana: Browser
) -> None:
    other = await befriend(house, neighbour)
    nobody = await ana.post("/federations/new", compact_of("f" * 64, str(house)))
    assert nobody.status == 422
    assert nobody.has("Choose at least one community.")
    assert "We share the water.</textarea>" in nobody.text
    odd = await ana.post("/federations/new", compact_of(other, rule="coin", pace="never"))
    assert odd.has("Choose how you decide.", "Choose how news travels.")
    assert 'id="rule-wrong"' in odd.text
    kept = re.findall(rf'value="{other}" checked', odd.text)
    assert kept, "what was chosen stays chosen"
    back = await ana.post("/federations/new", [*compact_of(other), ("step", "write")])
    assert back.status == 200


async def test_joining_and_leaving_are_proposals_of_a_member(
    house: House, neighbour: House, ana: Browser
) -> None:
    other = await befriend(house, neighbour)
    checked = await ana.post("/federations/new", compact_of(other))
    federation = (await ana.sign(checked))[1]
    for step, after in (("join", "Our community is in it."), ("leave", "is not in it")):
        path = f"/federations/{federation}/{step}"
        assert (await ana.get(path)).has(f"Propose that we {step}")
        assert (await ana.post(path, {"title-en": "Why"})).status == 422
        asked = await ana.post(path, {"title-en": "Shall we?", "text-en": "It is good for us."})
        assert asked.has(f"node {step}s by itself")
        proposal = (await ana.sign(asked))[1]
        under_way = await ana.get(f"/federations/{federation}")
        assert f'href="/p/{proposal}"' in under_way.text
        await open_vote(ana, proposal)
        for member in range(3):
            await say(await Browser(house).sign_in(member), proposal, member, "agree")
        await house.node.duties.act()
        assert (await ana.get(f"/federations/{federation}")).has(after)
    again = await ana.get(f"/federations/{federation}/leave")
    assert (again.status, "not-in-federation" in again.words) == (422, True)


async def test_whoever_no_compact_names_cannot_join(house: House, ana: Browser) -> None:
    other = await federate(house, CommunityId("0" * 64))
    house.node.books.own.federation.standing.clear()
    compact = house.node.books.own.federation.compacts[other.id]
    others = ("0" * 64, "1" * 64)
    object.__setattr__(compact.body, "communities", others)
    page = await ana.get(f"/federations/{other.id}/join")
    assert (page.status, "compact-names-others" in page.words) == (422, True)


# --- proposals to all ------------------------------------------------------------------------


async def test_a_proposal_to_all_is_written_checked_and_signed(house: House, ana: Browser) -> None:
    other = CommunityId("0" * 64)
    federation = await federate(house, other)
    typed = {
        "federation": federation.id,
        "title-en": "One rota?",
        "text-en": "One watering rota for all.",
        "at": "2001-01-01T10:00",
        "closes": "other",
    }
    early = await ana.post("/federated/new", typed)
    assert early.has("Choose a later time", "1 communities of the compact")
    compact = house.node.books.own.federation.compacts[federation.id]
    object.__setattr__(compact.body, "communities", (str(house),))
    times = re.findall(r'name="closes" value="(\d+)"', (await ana.get("/federated/new")).text)
    checked = await ana.post("/federated/new", {**typed, "closes": times[1]})
    assert checked.has("One watering rota for all.", "La Ceiba", "our own assembly")
    assert {act["audience"] for act in checked.acts} == {f"federation:{federation.id}"}
    proposal = (await ana.sign(checked))[1]
    page = await ana.get(f"/federated/{proposal}")
    assert page.has("One rota?", "still deciding", "No answer")
    listed = await ana.get("/federated")
    assert listed.has("One rota?", "Un turno de riego para todas")
    await house.node.duties.act()
    own = await ana.get(f"/federated/{proposal}")
    assert own.has("Our own decision on it")


async def test_strangers_read_no_proposal_of_a_federation(
    house: House, visitor: Browser, ana: Browser
) -> None:
    federation = await federate(house, CommunityId("0" * 64))
    assert not (await visitor.get("/federated")).has(federation.words)
    assert (await visitor.get(f"/federated/{federation.proposal}")).status == 404
    missing = await ana.get(f"/federated/{federation.proposal}")
    assert missing.has(federation.words, "does not name all", "roster-wrong")


# --- bundles ---------------------------------------------------------------------------------


async def taken_away(browser: Browser, audience: str) -> Page:
    return await browser.post("/bundles/file", {"audience": audience})


def whole(raw: bytes, index: int) -> bool:
    (frame,) = split_bundle(inflate(raw, MAX_BUNDLE_BYTES))
    return read_section(frame).items[index].raw is not None


async def test_a_file_holds_what_its_audience_may_read(
    house: House, visitor: Browser, ana: Browser, operator: Browser
) -> None:
    secret = await publish(house, "Dicho en casa")
    index = house.node.books.own.ids[secret]
    for browser in (visitor, ana, operator):
        public = await taken_away(browser, "public")
        assert public.status == 200
        assert not whole(public.raw, index)
    assert not (await ana.get("/bundles")).has("Everything of ours")
    assert (await operator.get("/bundles")).has("Everything of ours")
    assert [(await taken_away(one, "community")).status for one in (visitor, ana)] == [403, 403]
    everything = await taken_away(operator, "community")
    assert whole(everything.raw, index)
    assert everything.headers[HEADER].isdigit()
    assert (await taken_away(operator, "everybody")).status == 403
    for federation in ("a" * 64, ""):
        assert (await taken_away(ana, f"federation:{federation}")).status == 403


async def test_what_members_take_waits_for_the_home_witness(
    house: House, neighbour: House, ana: Browser, operator: Browser
) -> None:
    """Two copies of one node must never both publish; the operator answers for there being one."""
    home = await befriend(house, neighbour)
    await house.node.journal.speak("identity/witness", "public", {"home": home})
    sections = {}
    for name, browser in (("ana", ana), ("operator", operator)):
        raw = (await taken_away(browser, "public")).raw
        frames = split_bundle(inflate(raw, MAX_BUNDLE_BYTES))
        sections[name] = {frame.ledger for frame in frames}
    assert house.village.community not in sections["ana"]
    assert house.village.community in sections["operator"]


async def bring(browser: Browser, raw: bytes) -> Page:
    mark = "xyzzy"
    head = f'--{mark}\r\ncontent-disposition: form-data; name="file"; filename="a.bundle"\r\n\r\n'
    body = head.encode() + raw + f"\r\n--{mark}--\r\n".encode()
    kind = f"multipart/form-data; boundary={mark}"
    headers = {"content-type": kind, "origin": "http://ceiba.test"}
    return await browser.call("POST", "/bundles/import", body, headers)


async def test_a_file_is_brought_in(outsider: House, ana: Browser, operator: Browser) -> None:
    raw = await outsider.bundle()
    refused = await bring(ana, raw)
    assert refused.has("Nobody here has to do with that community", "ledger-unknown")
    taken = await bring(operator, raw)
    size = outsider.node.journal.head.size
    assert taken.has("El Pino", f"{size} new entries.", f"We now hold {size}.", "Written down at")
    again = await bring(operator, raw)
    assert again.has("It brings nothing new.")
    mine = await bring(ana, raw)
    assert mine.has("It brings nothing new.")
    assert "Written down" not in mine.words
    for wrong, told in (
        (b"no bundle", "This is no file of Acuerdo"),
        (raw[:-9], "The file is cut short"),
        (b"", "Choose a file, or paste the parts."),
    ):
        page = await bring(operator, wrong)
        assert page.status == 422
        assert page.has(told)


async def test_a_small_bundle_travels_as_pictures(
    house: House, neighbour: House, operator: Browser
) -> None:
    typed = {"audience": "public", "ledger": str(house), "start": "0", "url": ""}
    made = await operator.post("/bundles/pictures", typed)
    assert made.status == 303
    texts, total = [], 0
    for number in range(1, 65):
        page = await operator.get(f"{made.location.rpartition('/')[0]}/{number}")
        if page.status == 404:
            break
        (text,) = re.findall(r"readonly[^>]*>([^<]*)</textarea>", page.text)
        part = read_part(text)
        assert (part.number, page.text.count("<svg")) == (number, 1)
        assert len(page.raw) < 40_000
        texts.append(text)
        total = part.total
    assert len(texts) == total > 1
    whole_page = await operator.get(made.location.rpartition("/")[0])
    assert whole_page.text.count('class="qr"') == total
    there = await Browser(neighbour).operate()
    some = await there.post("/bundles/import", {"parts": "\n".join(texts[1:])})
    assert some.has("Parts are missing")
    assert texts[1] in some.text, "what was typed is kept"
    links = [f"https://roble.example/bundles/part#{text}" for text in reversed(texts)]
    taken = await there.post("/bundles/import", {"parts": "\n".join(links)})
    assert taken.has("La Ceiba", f"{house.node.journal.head.size - 1} new entries")


async def test_pictures_lead_to_the_node_that_reads_them(house: House, ana: Browser) -> None:
    typed = {"audience": "public", "ledger": str(house), "start": "0"}
    made = await ana.post("/bundles/pictures", {**typed, "url": "https://roble.example/"})
    page = await ana.get(made.location)
    assert "https://roble.example/bundles/part#ACUERDO-B1:" in page.text
    odd = await ana.post("/bundles/pictures", {**typed, "url": "javascript:alert(1)"})
    assert (odd.status, odd.has("Type the whole address")) == (422, True)
    for number in range(60):
        await publish(house, f"Texto {number} {os.urandom(900).hex()}", "public")
    large = await ana.post("/bundles/pictures", typed)
    assert (large.status, large.has("too much for pictures")) == (422, True)


async def test_pictures_of_the_operators_are_for_the_operator(
    house: House, ana: Browser, operator: Browser
) -> None:
    typed = {"audience": "community", "ledger": str(house), "start": "0"}
    made = await operator.post("/bundles/pictures", typed)
    assert (await operator.get(made.location)).status == 200
    assert (await ana.get(made.location)).status == 404


# --- hostile names ---------------------------------------------------------------------------

PAGES = ("/map", "/federations", "/federated", "/bundles", "/bundles/pictures", "/connections")


@pytest.mark.parametrize("text", HOSTILE[::3])
async def test_hostile_names_of_communities_stay_names(
    house: House, neighbour: House, ana: Browser, text: str
) -> None:
    other = await befriend(house, neighbour)
    paths = [*PAGES, f"/communities/{other}", "/federations/new"]
    plain = {path: tags(await ana.get(path)) for path in paths}
    name = line_of(text)[:80] or "x"
    body = {"name": name, "languages": ["es"]}
    await neighbour.node.journal.speak("community/describe", "public", body)  # type: ignore[arg-type]
    await house.learn(neighbour)
    for path in paths:
        page = await ana.get(path)
        assert tags(page) == plain[path], path
        assert page.status == 200
    compact = await ana.post("/federations/new", compact_of(other, **{"title-en": name}))
    federation = (await ana.sign(compact))[1]
    for path in (f"/federations/{federation}", f"/federations/{federation}/join", "/federations"):
        page = await ana.get(path)
        assert len(tags(page)) <= 6, path
        assert "alert(1)</script>" not in page.text.replace("&lt;/script&gt;", "")
