"""What every request passes: quotas, limits, safe headers; and no exception gets out."""

import asyncio
import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from node.api.bodies import receive_body
from node.api.problems import Problem
from node.api.quotas import KNOWN_SHARE, Quotas, address_of
from tests.node.api.house import HOST, House
from tests.node.manual_clock import ManualClock

UNKNOWN = ["/nothing", "/v1", "/v1/", "/v1/status/", "/V1/status", "/v1//status", "/v1/%2e%2e/"]


@pytest.mark.parametrize("path", UNKNOWN)
async def test_a_route_that_is_not_there_is_a_problem_too(house: House, path: str) -> None:
    answer = await house.anybody.get(path)
    assert (answer.status, answer.code) == (404, "route-unknown")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
async def test_a_method_that_is_not_there_is_a_problem_too(house: House, method: str) -> None:
    answer = await house.anybody.call(method, "/v1/status")
    assert (answer.status, answer.code) == (405, "method-not-allowed")
    assert (await house.anybody.get("/v1/messages")).code == "method-not-allowed"


async def test_every_answer_keeps_browsers_from_doing_more_than_showing(house: House) -> None:
    for path in ("/v1/status", "/v1/members", "/nothing", "/openapi.json", "/metrics"):
        headers = (await house.anybody.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cache-control"] == "no-store"
        assert headers["x-request-id"]
        assert not [name for name in headers if name.startswith("access-control")]


async def test_request_ids_are_ours_and_differ(house: House) -> None:
    given = {"x-request-id": "mine\r\n"[:4]}
    first = (await house.anybody.get("/v1/status", given)).headers["x-request-id"]
    second = (await house.anybody.get("/v1/status", given)).headers["x-request-id"]
    assert len({first, second, "mine"}) == 3


async def test_other_origins_are_not_invited(house: House) -> None:
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    answer = await house.anybody.call("OPTIONS", "/v1/messages", headers=headers)
    assert answer.status == 405
    assert "access-control-allow-origin" not in answer.headers


async def test_our_own_mistakes_are_told_without_detail(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(type(house.node.journal), "receipt", broken)
    caplog.set_level(logging.DEBUG)
    posted = await house.anybody.submit(house.village.text(0, "Texto"))
    got = await house.anybody.get(f"/v1/messages/{house.village.members[0]}")
    for answer in (posted, got):
        assert (answer.status, answer.code) == (500, "internal-error")
        assert b"secret" not in answer.raw


async def test_a_stranger_has_a_share_and_others_theirs(house: House) -> None:
    share = house.node.settings.requests_per_minute
    noisy = house.anybody.at("203.0.113.9")
    for _ in range(share):
        assert (await noisy.get("/nothing")).status == 404
    refused = await noisy.get("/v1/status")
    assert (refused.status, refused.code) == (429, "too-often")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert (await noisy.get("/livez")).status == 200
    assert (await house.anybody.at("203.0.113.10").get("/v1/status")).status == 200
    # Behind the same proxy, whoever is known has a share of her own.
    assert (await house.member().at("203.0.113.9").get("/v1/status")).status == 200
    assert (await house.operator.at("203.0.113.9").get("/v1/status")).status == 200
    fake = {"x-forwarded-for": "198.51.100.1", "authorization": "Bearer x"}
    assert (await noisy.get("/v1/status", fake)).status == 401
    unknown = house.signed(house.node.keys.log).at("203.0.113.9")
    assert (await unknown.get("/v1/status")).status == 429


def test_nobody_is_known_without_limit() -> None:
    quotas = Quotas(ManualClock(), 3)
    assert sum(quotas.take("ana", share=KNOWN_SHARE) for _ in range(100)) == 3 * KNOWN_SHARE


async def test_a_minute_later_the_share_is_whole_again() -> None:
    clock = ManualClock()
    quotas = Quotas(clock, 2)
    assert [quotas.take("x") for _ in range(3)] == [True, True, False]
    assert quotas.is_spent("x")
    await clock.advance(59)
    assert not quotas.take("x")
    await clock.advance(1)
    assert not quotas.is_spent("x")
    assert quotas.take("x")


async def test_a_crowd_of_addresses_takes_no_more_memory() -> None:
    quotas = Quotas(ManualClock(), 10)
    taken = [quotas.take(str(number)) for number in range(60_000)]
    assert all(taken[:50_000])
    assert not taken[-1]
    assert quotas.take("7")


@pytest.mark.parametrize(
    ("host", "shared"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::5", "20010db800010002/64"),
        ("2001:db8:1:2:ffff::", "20010db800010002/64"),
        ("/run/acuerdo.sock", "/run/acuerdo.sock"),
    ],
)
def test_an_address_stands_for_its_subscriber(host: str, shared: str) -> None:
    assert address_of((host, 5)).zfill(19)[-19:] == shared.zfill(19)[-19:]
    assert address_of(None) == "unknown"


async def test_a_body_is_counted_while_it_comes(house: House) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 10_000

    for path in ("/v1/messages", "/v1/witness/add-checkpoint", "/v1/bundles"):
        sent = 0
        request = httpx.Request("POST", f"http://{HOST}{path}", content=endless())
        answer = await house.anybody.send(request)
        assert (answer.status, answer.code) == (413, "body-too-large")
        assert sent <= house.node.settings.max_body_bytes // 10_000 + 2


async def test_a_body_that_is_cut_is_no_body() -> None:
    events: list[dict[str, object]] = [
        {"type": "http.request", "body": b"ab", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, object]:
        return events.pop(0)

    with pytest.raises(Problem, match="body-cut"):
        await receive_body(receive, 100)


async def test_a_body_that_dribbles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("node.api.bodies.BODY_SECONDS", 0.05)

    async def receive() -> dict[str, object]:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"a", "more_body": True}

    with pytest.raises(Problem, match="body-slow"):
        await receive_body(receive, 100)
