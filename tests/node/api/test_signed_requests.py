"""A signed request opens doors for its signer, here, now, once; and for nobody else."""

from collections.abc import Callable

import httpx
import pytest

from node.signatures import sign_request
from protocol.wire.digests import sha256
from protocol.wire.keys import PrivateKey
from tests.node.api.house import HOST, Answer, House, JsonObject


def signed(house: House, url: str, *, later_s: int = 0, nonce: bytes = b"n" * 16) -> httpx.Request:
    request = httpx.Request("GET", url)
    now = house.node.clock.now() + later_s
    sign_request(request, house.village.keys[0], now=now, nonce=nonce)
    return request


async def status(house: House, request: httpx.Request) -> Answer:
    return await house.anybody.send(request)


async def test_a_member_is_known_by_her_key(house: House) -> None:
    answer = await status(house, signed(house, f"http://{HOST}/v1/status"))
    assert answer.json["you"] == "member"
    assert answer.json["member"] == house.village.members[0]


async def test_a_key_that_nobody_has_makes_a_stranger(house: House) -> None:
    caller = house.signed(PrivateKey.from_seed(sha256(b"nobody")))
    assert (await caller.get("/v1/status")).json["you"] == "stranger"


async def test_our_own_voice_is_no_member(house: House) -> None:
    caller = house.signed(house.node.keys.voice)
    assert (await caller.get("/v1/status")).json["you"] == "peer"


FAULTS: dict[str, Callable[[httpx.Request], httpx.Request]] = {
    "path": lambda one: httpx.Request("GET", f"http://{HOST}/v1/members", headers=one.headers),
    "query": lambda one: httpx.Request("GET", f"{one.url}?x=1", headers=one.headers),
    "method": lambda one: httpx.Request("DELETE", one.url, headers=one.headers),
    "no signature": lambda one: _without(one, "signature"),
    "no input": lambda one: _without(one, "signature-input"),
    "garbage": lambda one: _with(one, "signature", "acuerdo=:AAAA:"),
    "not a field": lambda one: _with(one, "signature-input", "((("),
    "two": lambda one: _with(one, "signature", one.headers["signature"] * 2),
    "altered key": lambda one: _with(
        one, "signature-input", one.headers["signature-input"].replace('keyid="', 'keyid="A')
    ),
    "altered time": lambda one: _with(
        one, "signature-input", one.headers["signature-input"].replace("created=", "created=1")
    ),
}


def _without(request: httpx.Request, name: str) -> httpx.Request:
    del request.headers[name]
    return request


def _with(request: httpx.Request, name: str, value: str) -> httpx.Request:
    request.headers[name] = value
    return request


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_was_altered_is_refused_everywhere(house: House, fault: str) -> None:
    answer = await status(house, FAULTS[fault](signed(house, f"http://{HOST}/v1/status")))
    if fault == "method":
        assert answer.status == 405
    else:
        assert (answer.status, answer.code) == (401, "request-signature")


@pytest.mark.parametrize(
    ("later_s", "status_code"), [(-299, 200), (299, 200), (-301, 401), (301, 401)]
)
async def test_a_signature_is_good_for_minutes(
    house: House, later_s: int, status_code: int
) -> None:
    answer = await status(house, signed(house, f"http://{HOST}/v1/status", later_s=later_s))
    assert answer.status == status_code


async def test_a_signature_is_good_once(house: House) -> None:
    request = signed(house, f"http://{HOST}/v1/status")
    assert (await status(house, request)).status == 200
    again = await status(house, request)
    assert (again.status, again.code) == (401, "request-replayed")


async def test_a_request_signed_for_another_node_is_not_for_us(house: House) -> None:
    """A hostile neighbour passes on what somebody asked her, host and all."""
    request = signed(house, "http://hostile.example/v1/status")
    request.url = request.url.copy_with(host=HOST)
    assert request.headers["host"] == "hostile.example"
    answer = await status(house, request)
    assert (answer.status, answer.code) == (401, "request-signature")


async def test_the_addresses_in_our_ledger_are_ours(house: House) -> None:
    body: JsonObject = {"urls": ["https://ceiba.example/agua"]}
    await house.node.journal.speak("identity/address", "public", body)
    request = signed(house, "https://ceiba.example/agua/v1/status")
    # What a proxy makes of it: another scheme, and the prefix cut off.
    request.url = httpx.URL(f"http://{HOST}/v1/status")
    answer = await status(house, request)
    assert answer.json["you"] == "member"


async def test_a_signed_body_that_was_exchanged_is_refused(house: House) -> None:
    request = httpx.Request("POST", f"http://{HOST}/v1/bundles", content=b"one")
    sign_request(
        request,
        house.village.keys[0],
        now=house.node.clock.now(),
        nonce=b"m" * 16,
        body=b"one",
    )
    other = httpx.Request("POST", request.url, headers=request.headers, content=b"two")
    answer = await status(house, other)
    assert (answer.status, answer.code) == (401, "request-signature")
