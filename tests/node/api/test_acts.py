"""A member's act through the door: accepted once, receipted, or refused with a stable code."""

import asyncio
import json
from collections.abc import Callable

import pytest

from node.journal import Unavailable
from protocol.ledger.entry import leaf_hash
from protocol.ledger.receipt import open_receipt
from protocol.wire.keys import PrivateKey
from protocol.wire.limits import MAX_MESSAGE_BYTES
from protocol.wire.message import read_message, write_message
from protocol.wire.text import b64_decode
from tests.node.api.house import Answer, House, JsonObject
from tests.node.journal.village import Village


def entry_of(answer: Answer) -> bytes:
    return b64_decode(str(answer.json["entry"]))


async def test_an_act_is_answered_with_a_receipt_that_checks_offline(house: House) -> None:
    raw = house.village.text(0, "El agua es de todos")
    answer = await house.anybody.submit(raw)
    assert answer.status == 201
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["id"] == read_message(raw).id
    receipt = open_receipt(
        str(answer.json["receipt"]).encode(),
        leaf_hash(entry_of(answer)),
        house.node.keys.log.public,
        origin=house.node.journal.head.origin,
    )
    assert receipt.index == answer.json["index"]
    assert raw in entry_of(answer)


async def test_the_same_act_twice_is_one_entry(house: House) -> None:
    raw = house.village.text(0, "Una sola vez")
    first = await house.anybody.submit(raw)
    size = house.node.journal.head.size
    again = await house.anybody.submit(raw)
    assert (first.status, again.status) == (201, 200)
    for name in ("index", "id", "entry"):
        assert again.json[name] == first.json[name]
    assert house.node.journal.head.size == size


async def test_the_same_act_at_the_same_moment_is_one_entry(house: House) -> None:
    raw = house.village.text(1, "Todos a la vez")
    answers = await asyncio.gather(*(house.anybody.submit(raw) for _ in range(8)))
    assert sorted(one.status for one in answers) == [200] * 7 + [201]
    assert len({one.json["index"] for one in answers}) == 1


async def test_another_spelling_of_the_same_signed_bytes_is_the_same_act(house: House) -> None:
    raw = house.village.text(0, "Dicho de otro modo")
    await house.anybody.submit(raw)
    spelled = json.dumps(json.loads(raw), ensure_ascii=False, separators=(", ", " : ")).encode()
    again = await house.anybody.submit(spelled)
    assert again.status == 200
    assert raw in entry_of(again)


async def test_many_members_at_once_all_get_receipts(house: House) -> None:
    acts = [house.village.text(number, f"Texto {number}") for number in range(40)]
    answers = await asyncio.gather(*(house.anybody.submit(raw) for raw in acts))
    assert {one.status for one in answers} == {201}
    assert len({one.json["index"] for one in answers}) == 40


def altered(raw: bytes, name: str, change: Callable[[str], str]) -> bytes:
    value = json.loads(raw)
    value[name] = change(value[name])
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def payload(raw: bytes, old: str, new: str) -> bytes:
    assert old in json.loads(raw)["payload"]
    return altered(raw, "payload", lambda text: text.replace(old, new))


def stranger(village: Village) -> bytes:
    body: JsonObject = {"title": {"es": "Hola"}, "texts": {"es": "No soy de aquí"}}
    return write_message(
        PrivateKey.from_seed(b"\x07" * 16 + b"\x11" * 16),
        ledger=village.community,
        kind="text/publish",
        audience="community",
        nonce=b"n" * 16,
        body=body,
    )


def otherwise(village: Village, **changes: object) -> bytes:
    said: dict[str, object] = {
        "ledger": village.community,
        "kind": "text/publish",
        "audience": "community",
        "nonce": b"m" * 16,
        "body": {"title": {"es": "Hola"}, "texts": {"es": "Hola"}},
    }
    said.update(changes)
    return write_message(village.keys[0], **said)  # type: ignore[arg-type]


Fault = Callable[[Village], bytes]
FAULTS: dict[str, tuple[Fault, int, str]] = {
    "empty": (lambda _: b"", 400, "json-invalid"),
    "not json": (lambda _: b"hola", 400, "json-invalid"),
    "a list": (lambda _: b"[]", 400, "message-envelope"),
    "form data": (lambda _: b"payload=x&signature=y", 400, "json-invalid"),
    "two objects": (lambda v: v.text(0, "a") + b"{}", 400, "json-invalid"),
    "byte order mark": (lambda v: b"\xef\xbb\xbf" + v.text(0, "a"), 400, "json-invalid"),
    "utf-16": (lambda v: v.text(0, "a").decode().encode("utf-16"), 400, "message-control"),
    "not utf-8": (lambda v: v.text(0, "a") + b"\xff", 400, "json-not-utf8"),
    "line breaks": (lambda v: v.text(0, "a") + b"\n", 400, "message-control"),
    "nested": (lambda _: b"[" * 900 + b"]" * 900, 400, "json-too-deep"),
    "deeply nested": (lambda _: b'{"a":' * 9_000 + b"1" + b"}" * 9_000, 400, "json-too-deep"),
    "many values": (lambda _: b"[" + b"1," * 20_000 + b"1]", 400, "json-too-many"),
    "duplicate key": (
        lambda v: v.text(0, "a")[:-1] + b',"signature":"x"}',
        400,
        "json-duplicate-key",
    ),
    "NaN": (lambda _: b'{"payload":NaN}', 400, "json-number"),
    "float": (lambda _: b'{"payload":1.5}', 400, "json-number"),
    "huge integer": (lambda _: b'{"payload":18446744073709551616}', 400, "json-number"),
    "lone surrogate": (
        lambda _: b'{"payload":"\\ud800","protected":"","signature":""}',
        400,
        "json-lone-surrogate",
    ),
    "surrogate in the payload": (
        lambda v: payload(v.text(0, "fuente"), "fuente", "\\ud800"),
        400,
        "json-lone-surrogate",
    ),
    "extra member": (lambda v: v.text(0, "a")[:-1] + b',"x":"y"}', 400, "message-envelope"),
    "short signature": (
        lambda v: altered(v.text(0, "a"), "signature", lambda _: "AAAA"),
        400,
        "message-signature",
    ),
    "padded signature": (
        lambda v: altered(v.text(0, "a"), "signature", lambda text: text + "="),
        400,
        "base64url-invalid",
    ),
    "tampered words": (
        lambda v: payload(v.text(0, "sin tocar"), "sin tocar", "cambiado!"),
        403,
        "signature-invalid",
    ),
    "another ledger": (
        lambda v: payload(v.text(0, "a"), v.community, "0" * 64),
        403,
        "signature-invalid",
    ),
    "signed for another ledger": (lambda v: otherwise(v, ledger="0" * 64), 403, "other-ledger"),
    "a stranger": (stranger, 403, "not-a-member"),
    "unknown kind": (lambda v: otherwise(v, kind="town/burn"), 422, "kind-unknown"),
    "kind of the voice": (
        lambda v: otherwise(v, kind="identity/address", audience="public", body={"urls": []}),
        403,
        "not-the-voice",
    ),
    "not the body of its kind": (lambda v: otherwise(v, body={"x": 1}), 400, "body-invalid"),
    "wrong audience": (
        lambda v: otherwise(v, kind="member/leave", audience="public", body={}),
        422,
        "audience-wrong",
    ),
    "unknown proposal": (lambda v: v.position(0, "0" * 64), 422, "proposal-unknown"),
    "impossible choice": (lambda v: v.position(0, "0" * 64, "maybe"), 400, "body-invalid"),
    "over the limit": (lambda _: b" " * (MAX_MESSAGE_BYTES + 1), 413, "body-too-large"),
    "far over the limit": (lambda _: b"x" * 3_000_000, 413, "body-too-large"),
}


@pytest.mark.parametrize("fault", FAULTS, ids=list(FAULTS))
async def test_what_is_wrong_has_a_code_and_changes_nothing(house: House, fault: str) -> None:
    make, status, code = FAULTS[fault]
    before = house.node.journal.head
    answer = await house.anybody.submit(make(house.village))
    assert (answer.status, answer.code) == (status, code)
    assert house.node.journal.head == before
    good = await house.anybody.at("192.0.2.8").submit(house.village.text(0, "Sigue en pie"))
    assert good.status == 201


async def test_a_compressed_message_is_not_taken(house: House) -> None:
    raw = house.village.text(0, "a")
    headers = {"content-encoding": "gzip"}
    answer = await house.anybody.call("POST", "/v1/messages", raw, headers)
    assert (answer.status, answer.code) == (415, "encoding-unknown")


@pytest.mark.parametrize("length", ["-1", "+5", "007", "1e3", "0x10", " 5", "9" * 30])
async def test_an_odd_length_is_refused(house: House, length: str) -> None:
    headers = {"content-length": length.encode().decode("latin-1")}
    answer = await house.anybody.call("POST", "/v1/messages", b"x", headers)
    assert answer.status == 400
    assert answer.code == "decimal-invalid"


async def test_the_assembly_keeps_its_place_while_somebody_sends_rubbish(house: House) -> None:
    """Refusals count against the address that they came from, acts that are accepted do not."""
    noisy = house.anybody.at("203.0.113.66")
    codes = [(await noisy.submit(b"x")).status for _ in range(200)]
    assert codes[0] == 400
    assert codes[-1] == 429
    assert (await noisy.get("/v1/status")).status == 429
    for number in range(5):
        answer = await house.anybody.submit(house.village.text(number, f"Palabra {number}"))
        assert answer.status == 201


async def test_read_only_is_said_and_costs_nobody_a_share(house: House) -> None:
    house.node.journal.read_only = Unavailable("recovering", "asking our witnesses")
    caller = house.anybody
    for _ in range(200):
        answer = await caller.submit(house.village.text(0, "a"))
        assert (answer.status, answer.code) == (503, "recovering")
        assert answer.headers["retry-after"]
    ready = await caller.get("/readyz")
    assert (ready.status, ready.code) == (503, "recovering")
    assert (await caller.get("/livez")).status == 200
    house.node.journal.read_only = None
    assert (await caller.submit(house.village.text(0, "a"))).status == 201
    assert (await caller.get("/readyz")).status == 200
