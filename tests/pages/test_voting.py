"""Taking a position: choose, check, sign; change it; who may, who must say why, who sees it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from node.cli.proofs import open_kept
from node.ports import Ports
from protocol.community.members import invitation_text
from protocol.wire.encoding import JsonValue, read_json
from protocol.wire.keys import PrivateKey
from protocol.wire.message import write_message
from protocol.wire.text import b64url_encode
from tests.node.api.conftest import house_of
from tests.node.api.house import House
from tests.node.api.story import (
    close,
    comment,
    countersign,
    draft,
    open_vote,
    record,
    take,
)
from tests.node.journal.village import seed, village_charter
from tests.pages.acts import say
from tests.pages.browse import Browser

CONSENSUS: dict[str, JsonValue] = {
    "method": "consensus",
    "agree": {"num": 2, "den": 3},
    "max_reservations": None,
    "max_aside": None,
    "reason_for": ["block", "aside"],
    "on_block": "reject",
    "fallback": None,
}


@pytest.fixture
async def assembly(tmp_path: Path, ports: Ports) -> AsyncIterator[House]:
    """A village that decides by consensus and asks for reasons."""
    charter = village_charter(rule=CONSENSUS)
    async with house_of(tmp_path / "asamblea", ports, "La Asamblea", charter=charter) as opened:
        yield opened


async def test_the_check_page_says_what_is_signed_and_who_sees_it(
    house: House, ana: Browser, bento: Browser
) -> None:
    proposal = await draft(house)
    await open_vote(house, proposal)
    form = await ana.get(f"/p/{proposal}/vote")
    assert re.findall(r'name="choice" value="(\w+)"', form.text) == ["agree", "disagree", "abstain"]
    assert form.has("Your vote is not secret. The members of the community see what you said")
    english = await ana.post(f"/p/{proposal}/check", {"choice": "agree", "reason": ""})
    assert english.has("You will sign: ✓ AGREE", "Your vote is not secret.", "Sign: Agree")
    assert english.has("You can change it until")
    spanish = await bento.post(f"/p/{proposal}/check", {"choice": "agree", "reason": ""})
    assert spanish.has("Vas a firmar: ✓ DE ACUERDO", "Tu voto no es secreto.")
    body = {"proposal": proposal, "choice": "agree", "reason": None}
    assert english.acts == [{"kind": "position/take", "audience": "community", "body": body}]
    # Signing is not the server's: nothing stands until a key signs.
    assert house.node.books.own.decisions.proposal(proposal).positions == {}


async def test_a_reason_is_published_first_and_cited(assembly: House) -> None:
    ana = await Browser(assembly).sign_in(0)
    proposal = await draft(assembly)
    await open_vote(assembly, proposal)
    for choice in ("block", "aside"):
        refused = await ana.post(f"/p/{proposal}/check", {"choice": choice, "reason": "  "})
        assert refused.status == 422
        assert refused.has("This choice needs a reason.")
        assert f'value="{choice}" required checked' in refused.text
        assert 'aria-describedby="reason-hint reason-wrong"' in refused.text
    words = "It leaves the school\nwithout water"
    checked = await ana.post(f"/p/{proposal}/check", {"choice": "block", "reason": words})
    said, taken = checked.acts
    assert (said["kind"], taken["kind"]) == ("discussion/comment", "position/take")
    assert said["body"] == {"proposal": proposal, "replies_to": None, "text": {"en": words}}
    assert taken["body"] == {"proposal": proposal, "choice": "block", "reason": {"$": 0}}
    reason, position = await ana.sign(checked, 0)
    receipt = await ana.get(f"/p/{proposal}/receipt/{position}")
    assert receipt.has("You: ■ Block", "It leaves the school")
    shown = await ana.get(f"/p/{proposal}/positions")
    assert shown.has("■ Block", "It leaves the school")
    # The same reason again is cited, not said twice.
    form = await ana.get(f"/p/{proposal}/vote")
    assert "without water" in form.text
    again = await ana.post(f"/p/{proposal}/check", {"choice": "aside", "reason": words})
    (only,) = again.acts
    assert only["body"] == {"proposal": proposal, "choice": "aside", "reason": reason}


async def test_a_vote_is_changed_until_closing(house: House, ana: Browser) -> None:
    proposal = await draft(house)
    await open_vote(house, proposal)
    first = await say(ana, proposal, 0, "agree")
    receipt = await ana.get(f"/p/{proposal}/receipt/{first}")
    assert receipt.has("You: ✓ Agree", "Change it until", f"{first[:4]} {first[4:8]}")
    assert receipt.has("Received by the community's node.", "In the ledger:", "Not seen by other")
    assert (await ana.get(f"/p/{proposal}")).has("You said: ✓ Agree", "Change my vote")
    second = await say(ana, proposal, 0, "disagree")
    before = await ana.get(f"/p/{proposal}/receipt/{first}")
    assert before.has("It does not count any more", "✕ Disagree")
    assert f"/p/{proposal}/receipt/{second}" in before.text
    for member in (1, 2):
        await take(house, member, proposal)
    await close(house, proposal)
    assert (await ana.get(f"/p/{proposal}/receipt/{second}")).has("It was counted in the result.")
    over = await ana.get(f"/p/{proposal}/vote")
    assert over.has("Voting is over.")
    assert 'name="choice"' not in over.text
    late = await ana.post(f"/p/{proposal}/check", {"choice": "agree", "reason": ""})
    assert late.status == 409
    assert "data-acts" not in late.text


async def test_what_cannot_be_chosen_is_asked_again(house: House, ana: Browser) -> None:
    proposal = await draft(house)
    assert (await ana.get(f"/p/{proposal}/vote")).has("Nobody votes yet")
    await open_vote(house, proposal)
    for choice in ("", "block", "reservations", "<script>"):
        again = await ana.post(f"/p/{proposal}/check", {"choice": choice, "reason": "Because"})
        assert again.status == 422
        assert again.has("Choose one of these.", "Because")
    long = await ana.post(f"/p/{proposal}/check", {"choice": "agree", "reason": "x" * 20_001})
    assert (long.status, "x" * 20_001 in long.text) == (422, True)
    back = await ana.post(
        f"/p/{proposal}/check", {"choice": "agree", "reason": "Because", "step": "write"}
    )
    assert back.status == 200
    assert back.has("What do you say?", "Because")


async def test_who_came_later_has_no_voice(house: House, ana: Browser) -> None:
    proposal = await draft(house)
    await open_vote(house, proposal)
    newcomer = await joined(house)
    late = await Browser(house).show(newcomer)
    assert (await late.get(f"/p/{proposal}/vote")).has(
        "you were not on the list when voting opened"
    )
    assert "Vote:" not in (await late.get("/")).words
    assert "Vote:" in (await ana.get("/")).words


async def joined(house: House) -> PrivateKey:
    """Somebody new, admitted by one sponsor as the charter says."""
    invitation, key = (PrivateKey.from_seed(seed("nueva", number)) for number in (1, 2))
    village = house.village
    given: dict[str, JsonValue] = {
        "invitation": invitation.public.text,
        "household": None,
        "until": house.node.clock.now() + 1_000,
    }
    await house.node.journal.submit(village.says(0, "member/invite", given))
    proof = b64url_encode(invitation.sign(invitation_text(village.community, key.public)))
    raw = write_message(
        key,
        ledger=village.community,
        kind="member/join",
        audience=village.audience,
        nonce=b"0" * 16,
        body={"invitation": invitation.public.text, "proof": proof},
    )
    await house.node.journal.submit(raw)
    return key


async def test_a_household_speaks_with_one_voice(tmp_path: Path, ports: Ports) -> None:
    charter = village_charter(unit="household")
    async with house_of(
        tmp_path / "hogares", ports, "Los Hogares", charter=charter, households=("sol", "sol", None)
    ) as house:
        ana, bento, carla = [await Browser(house).sign_in(number) for number in range(3)]
        proposal = await draft(house)
        await open_vote(house, proposal)
        await say(ana, proposal, 0, "agree")
        form = await bento.get(f"/p/{proposal}/vote")
        assert form.has("already spoke for your household: ✓ Agree", "the last word stands")
        assert "Vote:" not in (await bento.get("/")).words
        assert "checked" not in form.text
        second = await say(bento, proposal, 1, "disagree")
        assert (await ana.get(f"/p/{proposal}")).has("already spoke for your household: ✕ Disagree")
        assert (await bento.get(f"/p/{proposal}/receipt/{second}")).has("You: ✕ Disagree")
        assert (await carla.get(f"/p/{proposal}/vote")).has("You have no voice in this decision")


async def test_what_minutes_say_is_shown_and_outranked(house: House, bento: Browser) -> None:
    proposal = await draft(house)
    await open_vote(house, proposal)
    await take(house, 0, proposal)
    carla = await Browser(house).sign_in(2)
    said: dict[str, JsonValue] = {
        "member": house.village.members[2],
        "choice": "abstain",
        "reason": None,
        "helper": None,
    }
    item: dict[str, JsonValue] = {"proposal": proposal, "counts": {"agree": 1}, "positions": [said]}
    minutes = await record(house, item)
    await countersign(house, 1, minutes)
    # Bento's voice is among the raised hands, so he takes no position; Carla's stands in his place.
    form = await bento.get(f"/p/{proposal}/vote")
    assert form.has("Tu voz ya cuenta en el acta de la asamblea")
    assert "data-acts" not in form.text
    late = await bento.post(f"/p/{proposal}/check", {"choice": "agree", "reason": ""})
    assert late.status == 409
    for browser in (bento, carla):
        home = (await browser.get("/")).words
        assert ("Vote:" in home or "Votar:" in home) is False
    page = await carla.get(f"/p/{proposal}")
    assert page.has("The minutes of the assembly say of You: ○ Abstain", "Raised hands: ✓ Agree 1")
    assert f'href="/minutes/{minutes}"' in page.text
    form = await carla.get(f"/p/{proposal}/vote")
    assert form.has("If you vote yourself, your vote stands and not the minutes.")
    await say(carla, proposal, 2, "disagree")
    page = await carla.get(f"/p/{proposal}")
    assert page.has("You said: ✕ Disagree", "3 of 3 voices have spoken.")
    assert "○ Abstain 1" not in page.words


async def test_a_saved_receipt_is_checked_without_the_node(house: House, ana: Browser) -> None:
    proposal = await draft(house)
    await open_vote(house, proposal)
    position = await say(ana, proposal, 0, "agree")
    file = await ana.get(f"/r/{position}/file")
    assert f'filename="acuerdo-{position[:8]}.json"' in file.headers["content-disposition"]
    kept = read_json(file.raw)
    assert isinstance(kept, dict)
    proven = open_kept(kept)
    assert (proven.message.id, proven.message.body["choice"]) == (position, "agree")
    page = await ana.get(f"/r/{position}")
    assert page.has("position/take", "In the ledger:")


async def test_a_receipt_tells_strangers_the_place_and_nothing_else(
    house: House, visitor: Browser, ana: Browser
) -> None:
    proposal = await draft(house)
    said = await comment(house, 0, proposal, "Un secreto")
    page = await visitor.get(f"/r/{said}")
    assert page.has("You see only that it stands in the ledger.", "In the ledger:")
    assert "Un secreto" not in page.text
    assert "discussion/comment" not in page.text
    assert (await visitor.get(f"/r/{said}/file")).status == 404
    assert (await visitor.get(f"/p/{proposal}/receipt/{said}")).status == 303
    assert (await ana.get(f"/p/{proposal}/receipt/{said}")).status == 404
    assert (await ana.get(f"/r/{'0' * 64}")).status == 404
    assert (await ana.get("/r/no-id")).status == 400
