"""The key chain: rotation, pre-rotation, thieves, forks."""

import pytest

from protocol.errors import ProtocolError
from protocol.identity.chain import open_chain, same_or_longer
from protocol.wire.limits import MAX_CHAIN_EVENTS
from protocol.wire.message import open_message
from tests.protocol.identity.chains import BROKEN, chain_of, code_of, raws, resigned
from tests.protocol.ledgers import VOICE, begin, found, inception, key, rotation


def test_the_id_of_the_community_is_the_id_of_its_inception() -> None:
    chain = chain_of(3)
    assert str(chain.community) == str(open_message(inception()).id)
    assert [event.kind for event in chain.events] == [
        "identity/inception",
        "identity/rotate",
        "identity/rotate",
    ]


@pytest.mark.parametrize(
    ("size", "log"),
    [(0, "log"), (1, "log"), (10, "log"), (11, "log1"), (20, "log1"), (21, "log2"), (99, "log2")],
)
def test_a_rotation_signs_the_heads_that_include_it(size: int, log: str) -> None:
    assert chain_of(3).log_key(size) == key(log).public


def test_what_was_ever_said_in_its_name_stays_said() -> None:
    chain = chain_of(3)
    assert all(chain.is_voice(key(name).public) for name in ("voice", "voice1", "voice2"))
    assert not chain.is_voice(key("voice3").public)
    assert chain.witness_keys() == tuple(
        key(name).public for name in ("witness2", "witness1", "witness")
    )


THEFTS = {
    "by the hot key, promised by nobody": (rotation(chain_of(1), 1, 5, root=key("voice"))),
    "by the first root key once more": (rotation(chain_of(1), 1, 5, root=key("root0"))),
    "by a stranger": (rotation(chain_of(1), 1, 5, root=key("Mallory"))),
    "signed by the promised key in another's name": resigned(
        rotation(chain_of(1), 1, 5), key("root1"), root=key("Mallory").public.text
    ),
    "signed by another in the promised key's name": resigned(
        rotation(chain_of(1), 1, 5), key("Mallory")
    ),
}


@pytest.mark.parametrize("theft", THEFTS.values(), ids=THEFTS)
def test_nobody_but_the_promised_key_rotates(theft: bytes) -> None:
    assert code_of(inception(), theft) == "chain-root"


@pytest.mark.parametrize(("messages", "code"), BROKEN.values(), ids=BROKEN)
def test_a_broken_chain(messages: tuple[bytes, ...], code: str) -> None:
    assert code_of(*messages) == code


def test_a_chain_has_an_end() -> None:
    longest = chain_of(MAX_CHAIN_EVENTS)
    assert code_of(*raws(longest), rotation(longest, MAX_CHAIN_EVENTS, 9_999)) == "chain-length"
    ledger = begin()
    ledger.book.chain = longest
    raw = rotation(longest, MAX_CHAIN_EVENTS, ledger.book.size)
    assert ledger.force(raw) == "chain-length", "the fold stops where everybody else stops"


def test_two_rotations_of_one_event_are_a_fork() -> None:
    first = chain_of(3)
    other = open_chain((*raws(chain_of(2)), rotation(chain_of(2), 2, 25)))
    assert same_or_longer(first, chain_of(2)) == first
    assert same_or_longer(chain_of(2), first) == first
    with pytest.raises(ProtocolError) as caught:
        same_or_longer(first, other)
    assert caught.value.code == "chain-fork"


def test_after_a_rotation_the_stolen_voice_is_silent() -> None:
    """Somebody copied the node's disk; the assembly rotates with the words on paper."""
    village = found("Alice")
    village.submit(village.rotate())
    assert village.refused("identity/address", {"urls": []}, VOICE, "public") == "not-the-voice"
    village.voice = key("voice1")
    village.say("identity/address", {"urls": ["https://new.example"]}, VOICE, "public")
    assert village.book.presence.urls == ("https://new.example",)
    assert village.book.identity.keys_at(village.book.size).log == key("log1").public


def test_a_forged_rotation_in_the_ledger_changes_no_keys() -> None:
    """A thief of the node writes on: the next key's public half is not enough."""
    village = found("Alice")
    true = village.rotate()
    forged = true[:-10] + b'AAAAAAAA"}' if true.endswith(b'"}') else true
    before = village.book.identity
    assert village.force(forged) in ("signature-invalid", "base64url-invalid")
    swapped = true.replace(b'\\"size\\":', b'\\"size\\": ', 1)
    assert village.force(swapped) == "rotation-size"
    again = village.rotate().replace(b'\\"size\\":', b'\\"size\\": ', 1)
    assert village.force(again) == "signature-invalid"
    assert village.book.identity == before
