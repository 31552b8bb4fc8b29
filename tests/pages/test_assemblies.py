"""Assemblies by pages without script: called, recorded, signed too, contested, corrected."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from node.pages.assembly.common import label_of
from node.pages.assembly.waiting import waiting_minutes
from node.ports import InlineExecutor, Ports, SystemEntropy
from protocol.wire.digests import MemberId
from tests.node.api.conftest import house_of
from tests.node.api.house import House
from tests.node.api.story import contest, convene, countersign, draft, publish, record, take
from tests.node.journal.village import village_charter
from tests.pages.browse import Browser
from tests.pages.room import LateClock, Room, open_room, recorded


@pytest.fixture
def ports() -> Ports:
    return Ports(clock=LateClock(), executor=InlineExecutor(), entropy=SystemEntropy())


@pytest.fixture
async def room(house: House) -> Room:
    return await open_room(house)


# --- calling ------------------------------------------------------------------------------------


async def test_an_assembly_is_called_moved_and_called_off(room: Room, ana: Browser) -> None:
    fields = [
        ("starts-at", room.field(-7_200)),
        ("title-en", "Under the ceiba"),
        ("text-en", "Bring water."),
        ("agenda", room.vote),
    ]
    page = await ana.post("/assemblies/new", fields)
    assert [act["kind"] for act in page.acts] == ["text/publish", "assembly/convene"]
    assert page.has("You call an assembly for", "Bring water.", "Reparar la bomba de agua")
    call = (await ana.sign(page))[-1]
    shown = await ana.get(f"/assemblies/{call}")
    assert shown.has("Under the ceiba", "called", "Reparar la bomba de agua", "in 2 hours")
    assert (await ana.get("/assemblies")).has("Under the ceiba")
    form = await ana.get(f"/assemblies/{call}/move")
    assert form.has("takes the place of the old one")
    later = [("starts-at", room.field(-90_000)), *fields[1:]]
    page = await ana.post(f"/assemblies/{call}/move", later)
    assert [act["kind"] for act in page.acts] == ["assembly/convene"]  # the same invitation stands
    anew = (await ana.sign(page))[-1]
    assert (await ana.get(f"/assemblies/{call}")).has("moved", "See the new call")
    await ana.sign(await ana.get(f"/assemblies/{anew}/cancel"))
    assert (await ana.get(f"/assemblies/{anew}")).has("This assembly was called off.")
    gone = await ana.get(f"/assemblies/{anew}/cancel")
    assert (gone.status, gone.has("moved, called off or held before")) == (409, True)


async def test_a_call_that_cannot_be_is_asked_again_with_everything_typed(
    room: Room, bento: Browser
) -> None:
    fields = [("starts-at", room.field(600)), ("title-es", "Bajo la ceiba"), ("agenda", room.vote)]
    page = await bento.post("/assemblies/new", fields)
    assert page.status == 422
    assert page.has("Una asamblea se convoca antes de que empiece", "Escribe el texto.")
    assert 'value="Bajo la ceiba"' in page.text
    assert f'value="{room.vote}" checked' in page.text
    assert 'aria-describedby="starts-at-hint starts-at-wrong"' in page.text


async def test_only_who_called_it_moves_it(room: Room, bento: Browser) -> None:
    call = await convene(room.house, room.vote)
    page = await bento.get(f"/assemblies/{call}/move")
    assert (page.status, "not-the-author" in page.words) == (422, True)
    assert "/move" not in (await bento.get(f"/assemblies/{call}")).text


async def test_a_sheet_for_paper_has_a_box_for_everything(room: Room, ana: Browser) -> None:
    call = await convene(room.house, room.vote)
    page = await ana.get(f"/assemblies/{call}/sheet")
    assert page.has("Reparar la bomba de agua", "Strokes", "Helped by", "Who is here")
    assert page.text.count('class="tick"') == 3


# --- recording ----------------------------------------------------------------------------------


async def test_what_is_recorded_is_said_in_plain_words_and_signed(
    room: Room, ana: Browser, bento: Browser
) -> None:
    form = await ana.get("/assemblies/record")
    assert form.has("Reparar la bomba de agua", "Who was there")
    named = room.named(0, 0, 2, "disagree", why="It costs too much", help_by=0)
    fields = room.form([*room.item(0, "voices", agree="2"), *named])
    page = await ana.post("/assemblies/record", fields)
    assert page.has(
        "3 people were there (households: 0)",
        "and 2 guests.",
        "agrees: 2",
        "It costs too much",
        "helped",
        "Next, 1 other member who was there signs too",
    )
    kinds = [act["kind"] for act in page.acts]
    assert kinds == ["discussion/comment", "text/publish", "assembly/minutes"]
    minutes = (await ana.sign(page))[-1]
    mine = await ana.get(f"/minutes/{minutes}?recorded=1")
    assert mine.has("The minutes are in the ledger.", "waits for 1 countersignature")
    theirs = await bento.get(f"/minutes/{minutes}")
    assert theirs.has("falta que firme 1 persona más", "Manos alzadas: de acuerdo: 2.")
    assert not theirs.has("El acta está en el libro.")
    assert "/correct" not in theirs.text
    signing = await bento.get(f"/minutes/{minutes}/countersign")
    assert signing.has("Firmas que estuviste y que fue así.", "Con tu firma esta acta empieza")
    await bento.sign(signing, 1)
    theirs = await bento.get(f"/minutes/{minutes}")
    assert theirs.has("3 voces cuentan por esto.", "se puede impugnar hasta el")
    view = (await room.house.member(1).get(f"/v1/proposals/{room.vote}")).json
    assert view["voices_recorded"] == 3
    assert (await bento.get("/assemblies")).has("cuenta", "We met under the ceiba")


async def test_the_form_goes_back_and_forth_whole(room: Room, ana: Browser) -> None:
    named = room.named(0, 0, 2, "agree")
    fields = [*room.form([*room.item(0, "voices", agree="1"), *named]), ("step", "write")]
    page = await ana.post("/assemblies/record", fields)
    assert page.status == 200
    assert page.text.count('class="named"') == 2  # hers and a blank one
    for part in ('value="We met under the ceiba"', f'value="{room.member(2)}"', 'value="2"'):
        assert part in page.text
    assert page.text.count("checked") == 4  # three people and what was done with it


@pytest.mark.parametrize(
    ("where", "code", "change"),
    [
        ("ended-at", "minutes-times", {"ended_at": "future"}),
        ("present", "not-present", {"present": (1, 2)}),
        ("count-0", "counts-over", {"agree": "4"}),
        ("why-0-0", "reason-missing", {"says": "block"}),
        ("who-0-0", "not-present", {"present": (0, 1)}),
        ("help-0-0", "not-present", {"present": (0, 2), "help_by": 1}),
        ("help-0-0", "helper-herself", {"help_by": 2}),
        ("who-0-0", "voice-twice", {"twice": True}),
    ],
)
async def test_what_the_protocol_would_refuse_stands_at_its_field(
    house_with_blocks: House, where: str, code: str, change: dict[str, object]
) -> None:
    room = await open_room(house_with_blocks)
    ana = await Browser(room.house).sign_in(0)
    says, helper = str(change.pop("says", "agree")), change.pop("help_by", None)
    assert helper is None or isinstance(helper, int)
    item = room.item(0, "voices", agree=str(change.pop("agree", "1")))
    item += room.named(0, 0, 2, says, help_by=helper)
    if change.pop("twice", False):
        item += room.named(0, 1, 2, says)
    if "ended_at" in change:
        change["ended_at"] = room.field(-600)
    page = await ana.post("/assemblies/record", room.form(item, **change))  # type: ignore[arg-type]
    assert page.status == 422, page.words
    assert f'href="#{where}"' in page.text
    assert f'id="{where}-wrong"' in page.text
    advice = (await ana.get(f"/advice/{code}")).text
    assert page.has(" ".join(advice.split()))


@pytest.fixture
async def house_with_blocks(tmp_path: Path, ports: Ports) -> AsyncIterator[House]:
    charter = village_charter(rule={"method": "consensus", "agree": {"num": 1, "den": 2}})
    async with house_of(tmp_path / "olivo", ports, "El Olivo", charter=charter) as opened:
        yield opened


async def test_names_are_found_by_name_label_or_id_if_only_one_has_it(
    room: Room, ana: Browser
) -> None:
    for number, name in enumerate(("Ana", "Rosa", "Rosa")):
        raw = room.house.village.says(number, "member/profile", {"name": name}, "community")
        await room.house.node.journal.submit(raw)
    members = room.house.node.books.own.membership.members
    label = label_of(members[MemberId(room.member(2))])
    for typed, status in (("rosa", 422), (label, 200), (room.member(1), 200), ("Nadie", 422)):
        fields = [*room.item(0, "voices"), ("who-0-0", typed), ("says-0-0", "agree")]
        page = await ana.post("/assemblies/record", room.form(fields))
        assert page.status == status, typed
        assert page.has("Choose one of the names") == (status == 422)


async def test_what_is_only_talk_and_what_is_only_a_record(room: Room, ana: Browser) -> None:
    talked = room.item(0, "talked", agree="2")
    on_a_draft = room.item(1, "voices", room.talk, agree="2")
    page = await ana.post("/assemblies/record", room.form([*talked, *on_a_draft]))
    assert page.has("It was only talked about", "No voices count for this proposal now.")
    body = page.acts[-1]["body"]
    assert isinstance(body, dict)
    assert body["items"] == [
        {"proposal": room.vote, "counts": None, "positions": []},
        {"proposal": room.talk, "counts": {"agree": 2}, "positions": []},
    ]
    await ana.sign(page)


async def test_who_voted_on_her_phone_is_told_of_and_not_counted_twice(
    room: Room, ana: Browser
) -> None:
    await take(room.house, 2, room.vote)
    item = [*room.item(0, "voices", agree="1"), *room.named(0, 0, 2, "disagree")]
    page = await ana.post("/assemblies/record", room.form(item))
    assert page.has("has taken a position alone: that one counts, not this one.")
    over = await ana.post("/assemblies/record", room.form(room.item(0, "voices", agree="3")))
    assert over.status == 422


async def test_a_secretary_alone_is_warned(room: Room, ana: Browser) -> None:
    page = await ana.post("/assemblies/record", room.form(room.item(0, "talked"), present=(0,)))
    assert page.has("these minutes can never count")


async def test_of_a_call_the_agenda_comes_first(room: Room, ana: Browser) -> None:
    call = await convene(room.house, room.talk)
    form = await ana.get(f"/assemblies/{call}/record")
    assert form.text.index("Una escuela nueva") < form.text.index("Other proposals")
    assert form.text.index("Other proposals") < form.text.index("Reparar la bomba")
    fields = room.form(room.item(0, "talked", room.talk))
    page = await ana.post(f"/assemblies/{call}/record", fields)
    assert page.acts[-1]["body"]["assembly"] == call  # type: ignore[index,call-overload]
    minutes = (await ana.sign(page))[-1]
    await countersign(room.house, 1, minutes)
    assert (await ana.get(f"/assemblies/{call}")).has("held", "We met under the ceiba")


# --- contesting and correcting ------------------------------------------------------------------


async def test_a_contest_is_explained_signed_and_shown(
    room: Room, ana: Browser, bento: Browser
) -> None:
    item = [*room.item(0, "voices", agree="1"), *room.named(0, 0, 1, "agree")]
    minutes = await recorded(ana, room.form(item))
    await countersign(room.house, 1, minutes)
    form = await bento.get(f"/minutes/{minutes}/contest")
    assert form.has("Después de la tuya hace falta 1 impugnación más", "Lo que dice que dijiste")
    page = await bento.post(f"/minutes/{minutes}/contest", {"reason": "Yo dije **no**."})
    assert [act["kind"] for act in page.acts] == ["text/publish", "assembly/contest"]
    await bento.sign(page, 1)
    shown = await bento.get(f"/minutes/{minutes}")
    assert shown.has("Yo dije", "1 impugnación hasta ahora", "no cuenta: lo impugnó")
    again = await bento.get(f"/minutes/{minutes}/contest")
    assert again.has("Ya impugnaste esta acta")
    bare = await ana.post(f"/minutes/{minutes}/contest", {"reason": ""})
    assert bare.has("Without a reason.", "bring nothing any more to the decisions")
    assert [act["kind"] for act in bare.acts] == ["assembly/contest"]
    await ana.sign(bare)
    assert (await ana.get(f"/minutes/{minutes}")).has("✕ contested")


async def test_a_correction_begins_with_what_stands_and_takes_its_place(
    room: Room, ana: Browser, bento: Browser
) -> None:
    named = room.named(0, 0, 2, "disagree", why="Too dear", help_by=1)
    minutes = await recorded(ana, room.form([*room.item(0, "voices", agree="1"), *named]))
    await countersign(room.house, 1, minutes)
    form = await ana.get(f"/minutes/{minutes}/correct")
    assert form.has("Correct the minutes", "Too dear", "Water, and who mends the pump.")
    fields = room.form([*room.item(0, "voices", agree="2"), *named])
    page = await ana.post(f"/minutes/{minutes}/correct", fields)
    # The words and the reason stand already: they are cited, not said again.
    assert [act["kind"] for act in page.acts] == ["assembly/minutes"]
    anew = (await ana.sign(page))[-1]
    assert (await ana.get(f"/minutes/{minutes}")).has("can be contested until")
    await bento.sign(await bento.get(f"/minutes/{anew}/countersign"), 1)
    old = await ana.get(f"/minutes/{minutes}")
    assert old.has("corrected", "others took their place", "See the correction")
    assert (await ana.get(f"/minutes/{minutes}/correct")).status == 409
    assert (await bento.get(f"/minutes/{anew}/correct")).status == 422
    view = (await room.house.member(1).get(f"/v1/proposals/{room.vote}")).json
    assert view["tally"]["agree"] == 2  # type: ignore[index,call-overload]


# --- waiting, seeing ----------------------------------------------------------------------------


async def test_who_still_has_to_do_something_about_minutes(room: Room) -> None:
    house, vote = room.house, room.vote
    position = {"member": room.member(2), "choice": "agree", "reason": None, "helper": None}
    item: dict[str, object] = {"proposal": vote, "counts": None, "positions": [position]}
    minutes = await record(house, item)  # type: ignore[arg-type]

    def waits(number: int, ahead_s: int = 0) -> list[str]:
        now = house.node.clock.now() + ahead_s
        book = house.node.books.own
        return [one.why for one in waiting_minutes(book, MemberId(room.member(number)), now)]

    assert [waits(number) for number in range(3)] == [[], ["countersign"], ["countersign"]]
    bento = await Browser(house, language="es").sign_in(1)
    assert (await bento.get("/")).has("Estuviste. Firma también el acta, si está bien:")
    await countersign(house, 1, minutes)
    assert not (await bento.get("/")).has("Estuviste.")
    assert [waits(number) for number in range(3)] == [[], [], ["named"]]
    assert waits(2, 601) == []
    carla = await Browser(house).sign_in(2)
    assert (await carla.get("/")).has("Look at what minutes say that you said:")
    await contest(house, 2, minutes)
    assert waits(2) == []


async def test_strangers_see_what_the_charter_opens_and_no_names(
    house: House, open_house: House
) -> None:
    assert (await Browser(house).get("/assemblies")).location == "/enter?to=/assemblies"
    raw = open_house.village.says(0, "member/profile", {"name": "Ana"}, "community")
    await open_house.node.journal.submit(raw)
    minutes = await record(open_house)
    stranger = Browser(open_house)
    page = await stranger.get(f"/minutes/{minutes}")
    assert page.has("people: 3 · households: 0", "This text is for others.")
    assert "Ana" not in page.words
    call = await convene(open_house)
    assert (await stranger.get(f"/assemblies/{call}/sheet")).text.count('class="tick"') == 0
    for path in (f"/assemblies/{call}/live", "/assemblies/new", f"/minutes/{minutes}/contest"):
        assert (await stranger.get(path)).location == f"/enter?to={path}"


async def test_in_an_open_community_words_stay_inside_unless_somebody_says_otherwise(
    open_house: House,
) -> None:
    room = Room(open_house, await draft(open_house), await publish(open_house, "Nada"))
    ana = await Browser(open_house).sign_in(0)
    fields = room.form(room.item(0, "talked"))
    for public, audience in (("", "community"), ("yes", "public")):
        page = await ana.post("/assemblies/record", [*fields, ("public", public)])
        assert [act["audience"] for act in page.acts] == [audience, "public"]


async def test_without_rules_for_it_nobody_records(tmp_path: Path, ports: Ports) -> None:
    charter = replace(village_charter(), assembly=None)
    async with house_of(tmp_path / "junco", ports, "Los Juncos", charter=charter) as house:
        ana = await Browser(house).sign_in(0)
        assert (await ana.get("/assemblies/record")).has("The charter does not let positions")
        assert "/assemblies/record" not in (await ana.get("/assemblies")).text
