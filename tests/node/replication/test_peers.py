"""Calls to peers that answer badly, and addresses that must not be called."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
import zstandard

from node.addresses import Resolver
from node.compression import compress
from node.peers import Peers, PeerTrouble, system_transport
from node.ports import InlineExecutor, Ports, ThreadExecutor
from node.settings import Settings
from node.signatures import Nonces, verify_request
from node.store.peers import put_peer
from protocol.errors import Behind
from protocol.ledger.checkpoint import origin_of
from protocol.ledger.witnessing import write_add_checkpoint
from protocol.wire.digests import CommunityId, sha256
from tests.node.replication.conftest import OpenSite
from tests.node.replication.sites import Network, Site
from tests.village import Chance, found

LEDGER = CommunityId("ab" * 32)
BOMB = zstandard.ZstdCompressor().compress(bytes(100_000_000))


class Wire(httpx.AsyncBaseTransport):
    """Remembers what was asked, and answers what a test wants."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.asked: list[httpx.Request] = []
        self._answer = answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._answer(request)


def resolving(*addresses: str) -> Resolver:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolve


def peers(
    site: Site, wire: httpx.AsyncBaseTransport, resolve: Resolver | None = None, **settings: object
) -> Peers:
    return Peers(
        store=site.store,
        keys=site.keys,
        ports=site.ports,
        settings=Settings(**settings),  # type: ignore[arg-type]
        transport=wire,
        resolve=resolve,
    )


@pytest.fixture
def node(site: OpenSite) -> Site:
    return site("ayllu")


async def test_a_call_goes_to_the_address_that_was_checked_for_the_host_that_was_meant(
    node: Site,
) -> None:
    wire = Wire(lambda _: says({"name": "bosque"}))
    calls = peers(node, wire, resolving("127.0.0.1", "93.184.216.34"))
    assert await calls.status("https://bosque.example:8443/base") == {"name": "bosque"}
    (request,) = wire.asked
    assert request.url.host == "93.184.216.34"
    assert request.url.port == 8443
    assert request.url.path == "/base/v1/status"
    assert request.headers["host"] == "bosque.example:8443"
    assert request.extensions["sni_hostname"] == "bosque.example"
    key = verify_request(
        request.method,
        "https://bosque.example:8443/base/v1/status",
        request.headers,
        b"",
        now=node.clock.now(),
        nonces=Nonces(),
        known=lambda _: True,
    )
    assert key == node.keys.voice.public


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8420",
        "http://[::1]:8420",
        "http://169.254.169.254",
        "http://[::ffff:127.0.0.1]",
        "http://2130706433",
        "http://rebound.example",
        "ftp://bosque.example",
        "http://user@bosque.example",
    ],
)
async def test_forbidden_addresses_are_not_called(node: Site, url: str) -> None:
    wire = Wire(lambda _: says({}))
    calls = peers(node, wire, resolving("10.0.0.1", "::1", "0.0.0.0"))  # noqa: S104
    with pytest.raises(PeerTrouble) as caught:
        await calls.status(url)
    assert caught.value.code.startswith("address-")
    assert wire.asked == []


async def test_private_addresses_are_called_as_the_operator_says(node: Site) -> None:
    wire = Wire(lambda _: says({}))
    url = "http://127.0.0.1:8420"
    with node.store.write() as connection:
        put_peer(connection, url, allow_private=True)
    await peers(node, wire).status(url)
    with pytest.raises(PeerTrouble, match="address-private"):
        await peers(node, wire).status("http://127.0.0.1:8421")
    with pytest.raises(PeerTrouble, match="address-private"):
        await peers(node, wire, private_networks="never").status(url)
    await peers(node, wire, private_networks="always").status("http://127.0.0.1:8421")
    with pytest.raises(PeerTrouble, match="address-forbidden"):
        await peers(node, wire, private_networks="always").status("http://169.254.169.254")
    assert len(wire.asked) == 2


async def test_redirects_are_not_followed(node: Site) -> None:
    wire = Wire(
        lambda _: httpx.Response(302, headers={"location": "http://127.0.0.1/"}, stream=Stream(b""))
    )
    with pytest.raises(PeerTrouble, match="http-302"):
        await peers(node, wire).status("http://bosque")
    assert len(wire.asked) == 1


async def test_proxies_of_the_environment_are_not_used(
    node: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    wire = Wire(lambda _: says({}))
    await peers(node, wire).status("http://bosque")
    assert len(wire.asked) == 1


class Stream(httpx.AsyncByteStream):
    """A body that comes piece by piece, so many times over."""

    def __init__(self, piece: bytes, times: int = 1) -> None:
        self._piece = piece
        self._times = times

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self._times):
            yield self._piece


def says(value: object, status: int = 200) -> httpx.Response:
    """An answer in JSON."""
    headers = {"content-type": "application/json"}
    return httpx.Response(status, stream=Stream(json.dumps(value).encode()), headers=headers)


def sends(body: bytes, encoding: str = "identity", times: int = 1) -> httpx.Response:
    """An answer of just these bytes."""
    return httpx.Response(200, stream=Stream(body, times), headers={"content-encoding": encoding})


HEAD = {"ledger": LEDGER, "size": 7, "note": "note"}
BAD: list[tuple[str, Callable[[], httpx.Response]]] = [
    ("zstd-too-long", lambda: sends(BOMB, "zstd")),
    ("zstd-invalid", lambda: sends(b"x", "zstd")),
    ("zstd-invalid", lambda: sends(compress(b"x" * 99)[:-3], "zstd")),
    ("peer-answer-too-long", lambda: sends(compress(Chance("noise").bytes(5_000_000)), "zstd")),
    ("peer-encoding", lambda: sends(b"x", "gzip")),
    ("peer-answer-too-long", lambda: sends(b" " * 65_536, times=10_000)),
    ("peer-answer", lambda: sends(b"not json")),
    ("peer-answer", lambda: sends(b"[" * 1_000)),
    ("peer-answer", lambda: says([])),
    ("peer-answer", lambda: says({"heads": {}})),
    ("peer-answer", lambda: says({"heads": [1]})),
    ("peer-answer", lambda: says({"heads": [HEAD | {"ledger": 1}]})),
    ("peer-answer", lambda: says({"heads": [HEAD | {"size": -1}]})),
    ("peer-answer", lambda: says({"heads": [HEAD | {"size": True}]})),
    ("peer-answer", lambda: says({"heads": [HEAD | {"size": 2**53}]})),
    ("ledger-unknown", lambda: says({"code": "ledger-unknown"}, 404)),
    ("http-500", lambda: httpx.Response(500, stream=Stream(b"<html>"))),
    ("http-418", lambda: says({"code": "<script>alert(1)</script>"}, 418)),
    ("http-418", lambda: says({"code": "x" * 65}, 418)),
    ("http-418", lambda: says({"code": "line\nline"}, 418)),
]


@pytest.mark.parametrize(("code", "answer"), BAD)
async def test_bad_answers_are_trouble_with_a_code(
    node: Site, code: str, answer: Callable[[], httpx.Response]
) -> None:
    calls = peers(node, Wire(lambda _: answer()))
    with pytest.raises(PeerTrouble) as caught:
        await calls.heads("http://bosque")
    assert caught.value.code == code


async def test_a_key_chain_and_a_list_of_heads_are_read(node: Site) -> None:
    answers = {
        "/v1/heads": {"heads": [HEAD]},
        f"/v1/communities/{LEDGER}/chain": {"messages": ["a"]},
    }
    wire = Wire(lambda request: says(answers[request.url.path]))
    calls = peers(node, wire)
    (head,) = await calls.heads("http://bosque")
    assert (head.ledger, head.size, head.note) == (LEDGER, 7, b"note")
    assert await calls.chain("http://bosque", LEDGER) == (b"a",)
    wrong = peers(node, Wire(lambda _: says({"messages": [1]})))
    with pytest.raises(PeerTrouble, match="peer-answer"):
        await wrong.chain("http://bosque", LEDGER)


async def test_a_witness_is_asked_by_its_own_protocol(site: OpenSite, node: Site) -> None:
    bosque, ayllu = site("bosque"), found("ayllu-2")
    await bosque.take(ayllu.bundle(0, 3, covering=3), trust_new=True)
    calls = node.peers(Network(bosque))
    origin = sha256(origin_of(ayllu.id).encode()).hex()
    assert await calls.witnessed("http://bosque", "00" * 32) is None
    proof = ayllu.tree.consistency(3, ayllu.size)
    with pytest.raises(Behind) as caught:
        await calls.add_checkpoint(
            "http://bosque", write_add_checkpoint(2, ayllu.tree.consistency(2, 6), ayllu.head(6))
        )
    assert caught.value.size == 3
    line = await calls.add_checkpoint("http://bosque", write_add_checkpoint(3, proof, ayllu.head()))
    note = await calls.witnessed("http://bosque", origin)
    assert note is not None
    assert line in note
    twin = ayllu.twin()
    ayllu.fill(1)
    twin.fill(1)
    size = ayllu.size
    await calls.add_checkpoint(
        "http://bosque",
        write_add_checkpoint(size - 1, ayllu.tree.consistency(size - 1, size), ayllu.head()),
    )
    with pytest.raises(PeerTrouble, match="ledger-forked"):
        await calls.add_checkpoint("http://bosque", write_add_checkpoint(size, (), twin.head()))


@asynccontextmanager
async def serving(answer: bytes, *, pause: float = 0.0) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A peer on the loopback that says just these bytes, ten at a time if it pauses."""
    asked: list[bytes] = []
    ended = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        step = 10 if pause else len(answer)
        with suppress(ConnectionError):
            for at in range(0, len(answer), step):
                writer.write(answer[at : at + step])
                await writer.drain()
                await asyncio.sleep(pause)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        ended.set()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"http://peer.example:{server.sockets[0].getsockname()[1]}", asked
        await ended.wait()


def over_the_network(node: Site, timeout_s: int) -> Peers:
    settings = Settings(private_networks="always", peer_timeout_s=timeout_s)
    return Peers(
        store=node.store,
        keys=node.keys,
        ports=node.ports,
        settings=settings,
        transport=system_transport(settings),
        resolve=resolving("127.0.0.1"),
    )


async def test_over_a_real_socket_the_host_header_names_the_host(node: Site) -> None:
    calls = over_the_network(node, 5)
    async with serving(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}") as (url, asked):
        assert await calls.status(url) == {}
    await calls.close()
    assert b"\r\nhost: " + url.removeprefix("http://").encode() in asked[0].lower()


async def test_a_peer_that_never_comes_to_an_end_is_left(node: Site) -> None:
    """Each byte comes in time, the whole does not."""
    body = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n" + b" " * 100_000
    calls = over_the_network(node, 1)
    async with asyncio.timeout(10), serving(body, pause=0.05) as (url, _):
        with pytest.raises(PeerTrouble, match="peer-slow"):
            await calls.status(url)
    await calls.close()


async def test_work_is_done_beside_the_loop(node: Site) -> None:
    executor = ThreadExecutor(1)
    ports = Ports(clock=node.clock, executor=executor, entropy=node.ports.entropy)
    wire = Wire(lambda _: says({"ledgers": []}))
    calls = Peers(
        store=node.store, keys=node.keys, ports=ports, settings=Settings(), transport=wire,
        resolve=None,
    )  # fmt: skip
    assert await calls.push("http://bosque", b"bundle") == ()
    assert isinstance(node.ports.executor, InlineExecutor)
    executor.close()
