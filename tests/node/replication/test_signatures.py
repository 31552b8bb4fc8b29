"""Signed requests: every part that is covered, and who may repeat one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import httpx
import pytest

from node.signatures import WINDOW_S, Nonces, sign_request, verify_request
from protocol.errors import Unauthentic
from protocol.wire.keys import PrivateKey, PublicKey

KEY = PrivateKey.from_seed(b"\x01" * 16 + b"k" * 16)
OTHER = PrivateKey.from_seed(b"\x02" * 16 + b"k" * 16)
NOW = 1_800_000_000
URL = "https://ayllu.example/v1/bundles?x=1&y=2"


def known(key: PublicKey) -> bool:
    return key == KEY.public


def request(
    method: str = "POST", url: str = URL, body: bytes = b"bundle", nonce: bytes = b"n" * 16
) -> httpx.Request:
    made = httpx.Request(method, url, content=body)
    sign_request(made, KEY, now=NOW, nonce=nonce, body=body)
    return made


@dataclass
class Door:
    """A node that checks requests."""

    now: int = NOW
    nonces: Nonces = field(default_factory=Nonces)

    def check(
        self,
        made: httpx.Request,
        *,
        method: str | None = None,
        url: str | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> PublicKey:
        return verify_request(
            method or made.method,
            url or str(made.url),
            {**made.headers, **headers},
            made.content if body is None else body,
            now=self.now,
            nonces=self.nonces,
            known=known,
        )


@pytest.mark.parametrize("body", [b"", b"bundle"])
def test_a_signed_request_says_whose_it_is(body: bytes) -> None:
    assert Door().check(request(body=body)) == KEY.public


def test_every_covered_part_counts() -> None:
    made = request()
    for wrong in (
        {"method": "PUT"},
        {"url": URL.replace("ayllu", "bosque")},
        {"url": URL.replace("example/", "example:8443/")},
        {"url": URL.replace("bundles", "bundle")},
        {"url": URL.replace("y=2", "y=3")},
        {"url": URL.partition("?")[0]},
        {"body": b"another"},
        {"body": b""},
    ):
        with pytest.raises(Unauthentic, match="request-signature"):
            Door().check(made, **wrong)
    with pytest.raises(Unauthentic, match="request-signature"):
        Door().check(request(body=b""), body=b"added")


def test_a_proxy_may_turn_https_into_http() -> None:
    assert Door().check(request(), url=URL.replace("https", "http")) == KEY.public


def test_any_change_to_the_signature_fields_is_refused() -> None:
    made = request()
    fields = made.headers["signature-input"]
    wrong = [
        fields.replace('"@authority"', '"@scheme"'),
        fields.replace(' "content-digest"', ""),
        fields.replace(str(NOW), str(NOW + 1)),
        fields.replace(KEY.public.text, OTHER.public.text),
        fields.replace('tag="acuerdo"', 'tag="other"'),
        fields.replace("ed25519", "hmac-sha256"),
        "nonsense",
        "",
    ]
    for value in wrong:
        with pytest.raises(Unauthentic, match="request-signature"):
            Door().check(made, headers={"signature-input": value})
    with pytest.raises(Unauthentic, match="request-signature"):
        Door().check(made, headers={"signature": "acuerdo=:" + "A" * 86 + "==:"})
    with pytest.raises(Unauthentic, match="request-signature"):
        Door().check(httpx.Request("GET", URL))


def test_a_key_that_is_no_key_signs_nothing() -> None:
    made = request()
    small = made.headers["signature-input"].replace(KEY.public.text, "A" * 43)
    with pytest.raises(Unauthentic, match="request-signature"):
        Door().check(made, headers={"signature-input": small})


def test_a_signature_is_good_for_a_few_minutes_and_once() -> None:
    door, made = Door(), request()
    assert door.check(made) == KEY.public
    with pytest.raises(Unauthentic, match="request-replayed"):
        door.check(made)
    assert door.check(request(nonce=b"m" * 16)) == KEY.public
    for later in (WINDOW_S, -WINDOW_S):
        assert Door(now=NOW + later).check(made) == KEY.public
    for later in (WINDOW_S + 1, -WINDOW_S - 1):
        with pytest.raises(Unauthentic, match="request-signature"):
            Door(now=NOW + later).check(made)


def test_nonces_are_forgotten_when_they_are_of_no_use() -> None:
    door = Door()
    door.check(request())
    door.now = NOW + WINDOW_S
    with pytest.raises(Unauthentic, match="request-replayed"):
        door.check(request())
    later = httpx.Request("GET", URL)
    sign_request(later, KEY, now=NOW + WINDOW_S + 1, nonce=b"n" * 16)
    door.now = NOW + WINDOW_S + 1
    door.check(later)
    assert len(door.nonces) == 1


def test_a_request_without_a_nonce_or_by_a_stranger_is_refused() -> None:
    short = httpx.Request("GET", URL)
    sign_request(short, KEY, now=NOW, nonce=b"short")
    with pytest.raises(Unauthentic, match="request-nonce"):
        Door().check(short)
    stranger, door = httpx.Request("GET", URL), Door()
    sign_request(stranger, OTHER, now=NOW, nonce=b"n" * 16)
    with pytest.raises(Unauthentic, match="request-key-unknown"):
        door.check(stranger)
    assert len(door.nonces) == 0
