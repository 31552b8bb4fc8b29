"""Messages: other people's JOSE libraries read ours, we read theirs, and no byte may change."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as joserfc_jws
from joserfc.jwk import OKPKey
from jwcrypto import jwk as jwcrypto_jwk  # type: ignore[import-untyped]
from jwcrypto import jws as jwcrypto_jws

from protocol.errors import Malformed, ProtocolError
from protocol.wire.encoding import JsonValue
from protocol.wire.keys import PrivateKey
from protocol.wire.message import open_message, read_message, verify_message, write_message
from protocol.wire.text import b64url_encode

SEED = bytes(range(32))
ALICE = PrivateKey.from_seed(SEED)
LEDGER = "ab" * 32
HEADER = {"alg": "Ed25519", "b64": False, "crit": ["b64"], "kid": ALICE.public.text}
JWK: dict[str, str | list[str]] = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": ALICE.public.text,
    "d": b64url_encode(SEED),
}


def write(body: dict[str, JsonValue]) -> bytes:
    return write_message(
        ALICE,
        ledger=LEDGER,
        kind="discussion/comment",
        audience="community",
        nonce=bytes(16),
        body=body,
    )


RAW = write({"proposal": "cd" * 32, "replies_to": None, "text": {"es": "Señoras — «ñ» 🌽"}})
PAYLOAD = json.loads(RAW)["payload"]


def test_joserfc_reads_ours_and_we_read_its() -> None:
    # joserfc 1.8 knows the RFC 9864 name and RFC 7797 by itself; the name has to be allowed,
    # because its default list is that of RFC 7518.
    key = OKPKey.import_key(JWK)
    read = joserfc_jws.deserialize_json(json.loads(RAW), key, algorithms=["Ed25519"])
    assert read.payload == PAYLOAD.encode()
    made = joserfc_jws.serialize_json({"protected": HEADER}, PAYLOAD, key, algorithms=["Ed25519"])
    for raw in (json.dumps(made), json.dumps(made, ensure_ascii=False)):
        assert open_message(raw.encode()).id == open_message(RAW).id


def test_jwcrypto_reads_ours_and_we_read_its() -> None:
    # jwcrypto 1.6 allows Ed25519 by default; with "b64":false it serialises only a payload
    # that was handed in as text.
    key = jwcrypto_jwk.JWK(**JWK)
    read = jwcrypto_jws.JWS()
    read.deserialize(RAW.decode())
    read.verify(key)
    assert read.payload in (PAYLOAD, PAYLOAD.encode())
    made = jwcrypto_jws.JWS(PAYLOAD)
    made.add_signature(key, None, json.dumps(HEADER), None)
    message = open_message(made.serialize().encode())
    assert message.body == open_message(RAW).body
    assert message.author == ALICE.public


def test_every_one_byte_mutation_is_refused() -> None:
    open_message(RAW)
    for at in range(len(RAW)):
        for value in {RAW[at] ^ 1, RAW[at] ^ 0x20, RAW[at] ^ 0x80, 0x20, 0x22, 0x30, 0x5C}:
            changed = RAW[:at] + bytes([value]) + RAW[at + 1 :]
            if changed == RAW:
                continue
            with pytest.raises(ProtocolError):
                open_message(changed)


def test_a_byte_left_out_is_refused() -> None:
    for at in range(len(RAW)):
        with pytest.raises(ProtocolError):
            open_message(RAW[:at] + RAW[at + 1 :])


def test_reading_does_not_ask_for_the_signature() -> None:
    changed = RAW.replace(b"Se", b"se", 1)
    message = read_message(changed)
    assert message.id != read_message(RAW).id
    with pytest.raises(ProtocolError):
        verify_message(message)


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
bodies = st.dictionaries(names, names | st.integers(-9, 9) | st.none() | st.booleans(), max_size=5)


@given(bodies, st.binary(min_size=16, max_size=16))
def test_what_is_written_is_what_is_read(body: dict[str, JsonValue], nonce: bytes) -> None:
    raw = write_message(ALICE, ledger=LEDGER, kind="a/b", audience="public", nonce=nonce, body=body)
    message = open_message(raw)
    assert message.body == body
    assert message.nonce == b64url_encode(nonce)
    assert message.raw == raw
    assert message.author == ALICE.public
    assert (message.ledger, message.kind, message.audience) == (LEDGER, "a/b", "public")


def test_what_could_not_be_read_is_not_written() -> None:
    with pytest.raises(Malformed):
        write({"text": "x" * 60_000})
    with pytest.raises(Malformed):
        write({"text": "\ud800"})
    with pytest.raises(Malformed):
        write_message(ALICE, ledger="", kind="a/b", audience="public", nonce=bytes(16), body={})
    with pytest.raises(ValueError, match="16 bytes"):
        write_message(ALICE, ledger=LEDGER, kind="a/b", audience="public", nonce=bytes(15), body={})
