"""A browser shows a key once, and no other site can make it act."""

import pytest

from node.pages.signing_in import own_path
from protocol.wire.digests import sha256
from protocol.wire.encoding import read_json
from protocol.wire.keys import PrivateKey
from tests.node.api.house import House
from tests.pages.browse import FORM, Browser, Page


def code_of(page: Page) -> str:
    told = read_json(page.raw)
    assert isinstance(told, dict)
    return str(told["code"])


async def test_a_member_is_known_after_she_showed_her_key(house: House, visitor: Browser) -> None:
    assert "Sign in" in (await visitor.get("/")).words
    await visitor.sign_in(1)
    page = await visitor.get("/")
    assert f'data-member="{house.village.members[1]}"' in page.text
    assert "HttpOnly" in (await visitor.try_key(house.village.keys[1])).headers["set-cookie"]
    left = await visitor.post("/leave")
    assert (left.status, left.location) == (303, "/")
    assert 'data-member=""' in (await visitor.get("/")).text


async def test_a_session_ends_at_the_node_too(house: House, ana: Browser) -> None:
    kept = dict(ana.cookies)
    await ana.post("/leave")
    assert 'data-member=""' in (await Browser(house, cookies=kept).get("/")).text


async def test_a_key_that_is_nobodys_opens_nothing(visitor: Browser) -> None:
    stranger = PrivateKey.from_seed(sha256(b"nobody here has this key"))
    refused = await visitor.try_key(stranger)
    assert (refused.status, code_of(refused)) == (403, "not-a-member")
    assert visitor.cookies == {}


async def test_a_signature_for_another_address_opens_nothing(
    house: House, visitor: Browser
) -> None:
    refused = await visitor.try_key(house.village.keys[0], origin="http://evil.example")
    assert (refused.status, code_of(refused)) == (403, "signature-invalid")


async def test_a_challenge_serves_once(house: House, visitor: Browser) -> None:
    shown = {"key": house.village.keys[0].public.text, "signature": "x", "challenge": "never given"}
    refused = await visitor.post_json("/enter", {**shown, "shared": False})
    assert (refused.status, code_of(refused)) == (403, "challenge-stale")


async def test_who_left_is_signed_out_at_once(house: House, ana: Browser) -> None:
    await house.node.journal.submit(house.village.says(0, "member/leave", {}))
    assert 'data-member=""' in (await ana.get("/")).text


async def test_the_operator_shows_the_token(operator: Browser, visitor: Browser) -> None:
    assert "Operator" in (await operator.get("/")).words
    refused = await visitor.post("/enter/operator", {"token": "guess"})
    assert refused.status == 401
    assert "not this node" in refused.words
    assert visitor.cookies == {}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://ceiba.test.evil.example"},
        {"origin": "http://ceiba.test:81"},
        {"referer": "http://evil.example/http://ceiba.test/"},
        {"origin": "http://[evil"},
    ],
)
async def test_what_another_site_sends_does_nothing(ana: Browser, sent: dict[str, str]) -> None:
    page = await ana.call("POST", "/leave", b"", {"content-type": FORM, **sent})
    assert page.status == 403
    assert "did not come from a page of this node" in page.words
    assert 'data-member=""' not in (await ana.get("/")).text


async def test_a_language_is_remembered(visitor: Browser) -> None:
    page = await visitor.post("/language", {"language": "es", "to": "/more"})
    assert (page.status, page.location) == (303, "/more")
    assert "Miembros y hogares" in (await visitor.get("/more")).words
    wrong = await visitor.post("/language", {"language": "xx", "to": "/"})
    assert wrong.status == 400


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/p/1", "/p/1"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nset-cookie: x", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_nobody_is_sent_elsewhere(asked: str, path: str) -> None:
    assert own_path(asked) == path
