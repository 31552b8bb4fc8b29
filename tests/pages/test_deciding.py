"""A decision from the first words to the outcome, as its people go from page to page."""

import pytest

from tests.node.api.house import House
from tests.node.api.story import close, comment, draft, publish, take
from tests.node.api.story import open_vote as opened
from tests.pages.acts import TEXT, amend, answer, ask, open_vote, propose, say
from tests.pages.browse import Browser


async def test_a_draft_is_read_in_the_readers_language_first(ana: Browser, bento: Browser) -> None:
    checked = await ana.post("/propose", {"title-es": "¿La bomba?", "text-es": TEXT})
    assert checked.has("You will sign and publish this proposal:", "Compramos una bomba nueva.")
    assert checked.has("The members of the community can read it.")
    assert [act["kind"] for act in checked.acts] == ["text/publish", "proposal/draft"]
    proposal = await propose(ana)
    assert (await bento.get("/proposals")).has("¿Compramos la bomba?", "En discusión")
    shown = await bento.get(f"/p/{proposal}")
    assert shown.has("¿Compramos la bomba?", "Compramos una bomba nueva.", "We buy a new pump.")
    assert shown.text.index("Compramos una bomba") < shown.text.index("We buy a new pump")
    english = await ana.get(f"/p/{proposal}")
    assert english.text.index("We buy a new pump") < english.text.index("Compramos una bomba")
    assert '<div lang="es">' in english.text


async def test_what_is_wrong_with_a_draft_is_said_at_its_field(ana: Browser) -> None:
    empty = await ana.post("/propose", {"title-en": "", "text-en": ""})
    assert empty.status == 422
    assert empty.has("Something is missing:", "Write a title.", "Write the text.")
    half = await ana.post("/propose", {"title-en": "A pump", "text-es": "Una bomba"})
    assert half.status == 422
    assert 'id="text-en-wrong"' in half.text
    assert 'aria-describedby="title-es-hint title-es-wrong"' in half.text
    assert 'value="A pump"' in half.text
    assert "Una bomba</textarea>" in half.text
    long = await ana.post("/propose", {"title-en": "A" * 201, "text-en": "B" * 20_001})
    assert long.has("up to 200 letters", "up to 20000 letters")
    odd = await ana.post("/propose", {"title-en": "A\x07", "text-en": "B"})
    assert odd.has("has signs that cannot be read")
    huge = {f"{part}-{one}": "ñ" * 150 for part in ("title", "text") for one in ("es", "en")}
    huge |= {"text-es": "€" * 20_000, "text-en": "B"}
    assert (await ana.post("/propose", huge)).status == 422
    back = await ana.post("/propose", {"title-en": "A", "text-en": "B", "step": "write"})
    assert (back.status, 'value="A"' in back.text) == (200, True)


async def test_questions_are_answered_where_they_were_asked(ana: Browser, bento: Browser) -> None:
    proposal = await propose(ana)
    question = await ask(bento, proposal, 1, "¿De qué marca?")
    form = await ana.get(f"/p/{proposal}/comment?to={question}")
    assert form.has("Answer", "¿De qué marca?")
    reply = await ask(ana, proposal, 0, "Of any make.", question)
    await ask(bento, proposal, 1, "Otra cosa")
    page = (await bento.get(f"/p/{proposal}")).text
    assert page.index(f'id="c-{question}"') < page.index(f'id="c-{reply}"')
    assert page.index(f'id="c-{reply}"') < page.index("Otra cosa")
    assert page.count('class="answers"') == 1
    assert (await ana.post(f"/p/{proposal}/comment", {"words": " "})).status == 422
    other = await propose(ana)
    assert (await ana.get(f"/p/{other}/comment?to={question}")).status == 404


async def test_an_old_discussion_has_pages(house: House, ana: Browser) -> None:
    proposal = await draft(house)
    for number in range(45):
        await comment(house, 1, proposal, f"Pregunta número {number}.")
    pages = [(await ana.get(f"/p/{proposal}?discussion={number}")).text for number in (1, 2, 3, 4)]
    assert [page.count("Pregunta número") for page in pages] == [20, 20, 5, 0]
    assert "número 44." in pages[0]
    assert "discussion=2#" in pages[0]
    assert "discussion=4#" not in pages[2]
    assert (await ana.get(f"/p/{proposal}?discussion=0")).status == 400


async def test_an_amendment_is_seen_as_a_difference_and_answered(
    ana: Browser, bento: Browser
) -> None:
    proposal = await propose(ana, {"title-en": "", "text-en": ""})
    form = await bento.get(f"/p/{proposal}/amend")
    assert "La paga el fondo común.</textarea>" in form.text
    same = {"base": "1", "title-es": "¿Compramos la bomba?", "text-es": TEXT}
    again = await bento.post(f"/p/{proposal}/amend", same)
    assert (again.status, again.has("El texto es igual al de antes")) == (422, True)
    changed = {**same, "text-es": TEXT.replace("nueva", "usada")}
    checked = await bento.post(f"/p/{proposal}/amend", changed)
    assert "<del>nueva</del><ins>usada</ins>" in checked.text
    (_, amendment) = await bento.sign(checked, 1)
    assert (await ana.get("/")).has("offers a change to your proposal")
    assert (await ana.get(f"/p/{proposal}/amendments/{amendment}")).has(
        "Accept the change", "Do not accept the change"
    )
    own = await bento.get(f"/p/{proposal}/amendments/{amendment}")
    assert own.has("Retirar mi cambio")
    assert "Aceptar el cambio" not in own.words
    refused = await bento.post(f"/p/{proposal}/amendments/{amendment}", {"answer": "accept"})
    assert (refused.status, "not-the-author" in refused.words) == (422, True)
    assert (await answer(ana, proposal, amendment, 0, "accept")).has(
        "You will sign: ACCEPT the change", "becomes the new version"
    )
    newest = await bento.get(f"/p/{proposal}/versions/2")
    assert newest.has("Versión 2", "la más nueva", "una bomba usada")
    assert "<ins>usada</ins>" in newest.text
    assert (await bento.get(f"/p/{proposal}/versions/1")).has("una bomba nueva")
    assert (await bento.get(f"/p/{proposal}/versions/3")).status == 404


async def test_an_amendment_to_an_older_version_is_stale(ana: Browser, bento: Browser) -> None:
    proposal = await propose(ana, {"title-en": "", "text-en": ""})
    first = await amend(bento, proposal, 1, "Una bomba usada")
    second = await amend(bento, proposal, 1, "Ninguna bomba")
    await answer(ana, proposal, first, 0, "accept")
    stale = await ana.get(f"/p/{proposal}/amendments/{second}")
    assert stale.has("The text has a newer version (2)", "Do not accept the change")
    assert "Accept the change" not in stale.words
    typed = {"base": "1", "title-es": "Otra", "text-es": "Otra bomba"}
    late = await bento.post(f"/p/{proposal}/amend", typed)
    assert (late.status, "Otra bomba</textarea>" in late.text) == (422, True)
    await answer(bento, proposal, second, 1, "withdraw")
    assert (await ana.get(f"/p/{proposal}/amendments/{second}")).has("Taken back")
    third = await amend(bento, proposal, 1, "Dos bombas", base=2)
    await answer(ana, proposal, third, 0, "decline")
    assert (await ana.get(f"/p/{proposal}")).has("Not accepted", "Taken back", "Accepted")


async def test_opening_freezes_the_text(house: House, ana: Browser, bento: Browser) -> None:
    proposal = await propose(ana)
    assert (await ana.get("/")).has("Open the vote when it is ready")
    assert (await bento.get(f"/p/{proposal}/open")).status == 422
    checked = await open_vote(ana, proposal)
    assert checked.has("You will sign: OPEN THE VOTE", "3 people", "Once it is open, nobody can")
    frozen = house.node.books.own.decisions.proposal(proposal).frozen
    assert frozen is not None
    assert frozen.closes_at - house.node.clock.now() >= 60
    assert (await bento.get(f"/p/{proposal}")).has("Este texto ya no puede cambiar.")
    assert (await bento.get(f"/p/{proposal}/amend")).status == 409
    assert (await bento.get("/")).has("Votar: ¿Compramos la bomba?", "hasta el")
    assert (await ana.get(f"/p/{proposal}/open")).status == 409


@pytest.mark.parametrize("typed", ["", "2020-01-01T10:00", "9000-01-01T10:00", "mañana"])
async def test_a_closing_time_that_will_not_do_is_asked_again(ana: Browser, typed: str) -> None:
    proposal = await propose(ana)
    again = await ana.post(f"/p/{proposal}/open", {"closes": "other", "at": typed})
    assert again.status == 422
    assert 'aria-describedby="at-hint at-wrong"' in again.text


async def test_a_time_is_typed_in_the_communitys_time_zone(house: House, ana: Browser) -> None:
    zone = {"timezone": "America/Bogota"}
    object.__setattr__(house.node, "settings", house.node.settings.model_copy(update=zone))
    proposal = await propose(ana)
    checked = await ana.post(f"/p/{proposal}/open", {"closes": "other", "at": next_may(house)})
    (act,) = checked.acts
    body = act["body"]
    assert isinstance(body, dict)
    closes_at = body["closes_at"]
    assert isinstance(closes_at, int)
    assert closes_at % 86_400 == (20 + 5) % 24 * 3_600
    assert checked.has("May", "20:00")


def next_may(house: House) -> str:
    """Eight in the evening on a day in May, within a year and not today."""
    year = 1970 + house.node.clock.now() // 31_556_952
    later = f"{year}-05-03T20:00"
    return later if _is_ahead(house, year) else f"{year + 1}-05-03T20:00"


def _is_ahead(house: House, year: int) -> bool:
    may = (year - 1970) * 31_556_952 + 123 * 86_400
    return may > house.node.clock.now() + 86_400


async def test_a_proposal_is_taken_back_by_its_author(ana: Browser, bento: Browser) -> None:
    proposal = await propose(ana)
    assert (await bento.get(f"/p/{proposal}/withdraw")).status == 422
    checked = await ana.get(f"/p/{proposal}/withdraw")
    assert checked.has("You will sign: TAKE BACK the proposal", "This cannot be undone.")
    await ana.sign(checked)
    assert (await bento.get(f"/p/{proposal}")).has("Quien la propuso la retiró.")
    assert (await ana.get(f"/p/{proposal}/withdraw")).status == 409


async def test_the_outcome_is_said_first_and_shown_in_bars(
    house: House, ana: Browser, bento: Browser
) -> None:
    proposal = await draft(house)
    await opened(house, proposal)
    await say(ana, proposal, 0, "agree")
    await say(bento, proposal, 1, "disagree", "No alcanza")
    so_far = await ana.get(f"/p/{proposal}")
    assert so_far.has("This is not the result", "what closing now would give")
    await take(house, 2, proposal)
    await close(house, proposal)
    result = await bento.get(f"/p/{proposal}")
    sentence = "Adoptada: 2 de 3 personas que votan a favor o en contra apoyan la propuesta"
    assert result.has(sentence, "3 de 3 (mínimo 2)", "2 de 3 (mínimo 2)")
    assert result.words.index(sentence) < result.words.index("Participan")
    assert "<svg" in result.text
    assert result.text.count("<line ") == 2
    assert "url(#hatch-disagree)" in result.text
    index = house.node.books.own.decisions.proposal(proposal).closed_index
    assert f'href="/ledger/{index}"' in result.text
    assert result.has("Cómo comprobarlo", "Otras comunidades todavía no lo han visto.")
    assert (await bento.get("/")).has("Decidido esta semana", "Adoptada: 2 de 3")
    assert (await bento.get("/proposals?state=adopted")).has("Reparar la bomba de agua")
    assert "Reparar" not in (await bento.get("/proposals?state=draft")).words
    assert (await bento.get("/proposals?state=lost")).status == 400


async def test_long_lists_have_pages(house: House, ana: Browser) -> None:
    for number in range(25):
        await draft(house, f"Propuesta número {number}")
    first, second = [await ana.get(f"/proposals?page={number}") for number in (1, 2)]
    assert (first.text.count("Propuesta número"), second.text.count("Propuesta número")) == (20, 5)
    assert 'rel="next"' in first.text
    assert 'rel="next"' not in second.text
    assert 'href="/proposals?page=1" rel="prev"' in second.text


async def test_erased_words_are_said_to_be_erased(house: House, ana: Browser) -> None:
    proposal = await draft(house, "Algo sobre alguien")
    text = house.node.books.own.decisions.proposal(proposal).text
    amendment = await amend(ana, proposal, 0, "Otra cosa")
    index = house.node.books.own.ids[text]
    raw = house.village.says(0, "entry/erase", {"index": index}, "community")
    await house.node.journal.submit(raw)
    for path in ("", "/vote", "/versions/1", "/amend", f"/amendments/{amendment}", "/withdraw"):
        page = await ana.get(f"/p/{proposal}{path}")
        assert page.status == 200
        assert "Algo sobre" not in page.text
        assert page.has("This text was erased."), path
    assert (await ana.get("/proposals")).has("This text was erased.")


async def test_an_open_community_lets_everybody_read_and_members_speak(open_house: House) -> None:
    stranger, ana = Browser(open_house), await Browser(open_house).sign_in(0)
    names = open_house.village.says(0, "member/profile", {"name": "Ana"}, "community")
    await open_house.node.journal.submit(names)
    text = await publish(open_house, "La plaza", "public")
    body = {"type": "general", "text": text, "subject": None}
    raw = open_house.village.says(0, "proposal/draft", body)
    proposal = (await open_house.node.journal.submit(raw)).id
    await opened(open_house, proposal)
    form = await ana.get(f"/p/{proposal}/vote")
    assert form.has("Everybody can see what your key said and why; only members see your name.")
    await say(ana, proposal, 0, "agree", "For the children")
    page = await stranger.get(f"/p/{proposal}")
    assert page.has("La plaza", f"Member {open_house.village.members[0][:8]}", "For the children")
    assert "Ana" not in page.words
    assert (await ana.get(f"/p/{proposal}/positions")).has("You: ✓ Agree")
    assert (await stranger.get(f"/p/{proposal}/vote")).status == 303
    for member in (0, 1, 2):
        await take(open_house, member, proposal)
    await close(open_house, proposal)
    assert (await stranger.get("/")).has("What was decided", "La plaza", "Adopted: 3 of 3")
    # What it publishes from its own pages is for the same readers.
    (publication, _) = (await ana.post("/propose", {"title-en": "A", "text-en": "B"})).acts
    assert publication["audience"] == "public"
