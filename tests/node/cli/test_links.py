"""The links that pages and commands hand each other."""

import pytest

from node.cli.links import (
    read_device,
    read_invitation,
    read_owner,
    write_device,
    write_invitation,
)
from node.cli.trouble import Trouble
from protocol.wire.keys import PrivateKey
from protocol.wire.text import b64url_encode

SEED = bytes(range(32))
LINK = write_invitation("http://192.168.1.10:8420/", SEED)
KEY = PrivateKey.from_seed(SEED).public
DEVICE = write_device("https://aldea.example", KEY, b"proof")


def test_an_invitation_gives_back_what_was_written() -> None:
    found = read_invitation(f"  {LINK}\n")
    assert (found.node, found.seed) == ("http://192.168.1.10:8420", SEED)
    assert "seed" not in repr(found)


def test_the_secret_stands_where_no_server_sees_it() -> None:
    assert b64url_encode(SEED) not in LINK.partition("#")[0]


def test_a_device_gives_back_what_was_written() -> None:
    assert read_device(DEVICE) == (KEY, b64url_encode(b"proof"))
    assert read_device(DEVICE.partition("#")[2]) == (KEY, b64url_encode(b"proof"))


def test_a_member_is_named_by_her_link_or_her_id() -> None:
    link = f"https://aldea.example/me/device/{'ab' * 32}"
    assert read_owner(link) == ("https://aldea.example", "ab" * 32)
    assert read_owner("ab" * 32) == (None, "ab" * 32)


@pytest.mark.parametrize(
    "text",
    [
        "",
        LINK[:-2],
        LINK.partition("#")[0],
        LINK.replace("/join/", "/joint/"),
        write_invitation("http://a.example", bytes(32)).partition("#")[0]
        + "#"
        + b64url_encode(SEED),
        LINK + "A" * 2_000,
    ],
)
def test_a_damaged_invitation_is_refused(text: str) -> None:
    with pytest.raises(Trouble) as caught:
        read_invitation(text)
    assert caught.value.code == "link-invalid"


@pytest.mark.parametrize(
    "text", ["", DEVICE.rpartition(".")[0], DEVICE[:60], "a#b.c", f"#{'A' * 43}.xx"]
)
def test_a_damaged_device_is_refused(text: str) -> None:
    with pytest.raises(Trouble) as caught:
        read_device(text)
    assert caught.value.code == "link-invalid"


@pytest.mark.parametrize("text", ["", "AB" * 32, "ab" * 31, "https://aldea.example/me/device/add"])
def test_nobody_is_named_by_anything_else(text: str) -> None:
    with pytest.raises(Trouble) as caught:
        read_owner(text)
    assert caught.value.code == "link-invalid"
