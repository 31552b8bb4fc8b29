"""Every vector of the wire formats: accepted, or refused with exactly its code."""

from collections.abc import Callable
from typing import Any

from protocol.wire import text
from protocol.wire.encoding import read_json, write_json
from protocol.wire.keys import PrivateKey, read_public_key, verify
from protocol.wire.message import open_message
from tests.protocol.wire.vector_files import Verdict, raw_of, vectors

READERS: dict[str, Callable[[str], object]] = {
    "decimal": text.read_decimal,
    "base64": text.b64_decode,
    "base64url": text.b64url_decode,
    "base32": text.b32_decode,
    "hex": lambda given: text.hex_decode(given, 2),
}


@vectors("wire/json")
def test_json(vector: dict[str, Any]) -> None:
    with Verdict() as verdict:
        value = read_json(raw_of(vector["given"]))
        assert read_json(write_json(value)) == value
    verdict.check(vector)


@vectors("wire/text")
def test_text(vector: dict[str, Any]) -> None:
    with Verdict() as verdict:
        READERS[vector["given"]["reader"]](vector["given"]["text"])
    verdict.check(vector)


@vectors("wire/key")
def test_key(vector: dict[str, Any]) -> None:
    with Verdict() as verdict:
        key = read_public_key(vector["given"]["key"])
        assert key.text == vector["given"]["key"]
        verdict.gives = {"raw": key.raw.hex()}
    verdict.check(vector)


@vectors("wire/signature")
def test_signature(vector: dict[str, Any]) -> None:
    given = vector["given"]
    key, data = read_public_key(given["key"]), bytes.fromhex(given["data"])
    with Verdict() as verdict:
        verify(key, bytes.fromhex(given["signature"]), data)
    assert verdict.code == vector["expect"]
    if "gives" in vector:
        signer = PrivateKey.from_seed(bytes.fromhex(vector["gives"]["seed"]))
        assert signer.public == key
        assert signer.sign(data).hex() == vector["gives"]["signature"]


@vectors("wire/message")
def test_message(vector: dict[str, Any]) -> None:
    with Verdict() as verdict:
        message = open_message(raw_of(vector["given"]))
        verdict.gives = {"id": message.id, "author": message.author.text, "kind": message.kind}
    verdict.check(vector)
