"""A glance at an entry says what the strict reader says, or less."""

import json

import pytest

from node.glance import audience_of, message_id_of
from protocol.errors import ProtocolError
from protocol.ledger.entry import read_entry, write_entry
from protocol.wire.encoding import JsonValue
from protocol.wire.message import write_message
from tests.village import found

AYLLU = found("ayllu", 2)
FEDERATION = f"federation:{'ab' * 32}"
for audience in ("public", "community", FEDERATION):
    AYLLU.publish('«A \\ text» with "quotes",\n\t\u2028 and ' + audience, audience)


@pytest.mark.parametrize("raw", AYLLU.entries)
def test_every_entry_of_an_honest_ledger(raw: bytes) -> None:
    message = read_entry(raw).message
    assert audience_of(raw) == message.audience
    assert message_id_of(raw) == bytes.fromhex(message.id)


def _spelled(raw: bytes) -> bytes:
    message = read_entry(raw).message
    envelope = json.loads(message.raw)
    order = ("signature", "protected", "payload")
    turned = json.dumps({name: envelope[name] for name in order}, ensure_ascii=True).encode()
    return write_entry(index=3, received=5, salt=bytes(16), message_raw=turned)


@pytest.mark.parametrize("raw", AYLLU.entries)
def test_other_spellings_of_the_same_message(raw: bytes) -> None:
    turned = _spelled(raw)
    assert audience_of(turned) == audience_of(raw)
    assert message_id_of(turned) == message_id_of(raw)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"\"audience\":\"community\"", rb"\"audience\":\"everyone\""),
        (rb"\"acuerdo\":1", rb"\"acuerdo\":2"),
        (rb"{\"acuerdo\"", rb"{\"audience\":\"public\",\"acuerdo\""),
        (b'"payload"', b'"payment"'),
        (b'{"index"', b'{ "index"'),
    ],
)
def test_what_cannot_be_read_is_for_its_community_alone(old: bytes, new: bytes) -> None:
    raw = AYLLU.entries[AYLLU.audiences.index("community")]
    wrong = raw.replace(old, new)
    assert wrong != raw
    with pytest.raises(ProtocolError):
        read_entry(wrong)
    assert audience_of(wrong) == "community"
    assert message_id_of(wrong) is None


def test_a_body_cannot_speak_for_the_message() -> None:
    """What looks like an audience further on, or in an odd order, changes nothing."""
    body: dict[str, JsonValue] = {
        "acuerdo": 1,
        "ledger": AYLLU.id,
        "kind": "text/publish",
        "audience": "public",
        "title": '{"acuerdo":1,"audience":"public",',
    }
    message = write_message(
        AYLLU.members[0],
        ledger=AYLLU.id,
        kind="text/publish",
        audience="community",
        nonce=bytes(16),
        body=body,
    )
    raw = write_entry(index=3, received=5, salt=bytes(16), message_raw=message)
    assert audience_of(raw) == audience_of(_spelled(raw)) == "community"


def test_half_a_character_has_no_id() -> None:
    raw = AYLLU.entries[-1].replace(b"and ", rb"\ud800")
    assert message_id_of(raw) is None
