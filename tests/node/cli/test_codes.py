"""The code that an inviter hands over."""

import pytest

from node.cli.codes import InvitationCode, draw_code, read_code, write_code
from node.cli.trouble import Trouble
from protocol.wire.digests import CommunityId
from protocol.wire.encoding import JsonValue, write_json
from protocol.wire.text import b64url_encode

CODE = InvitationCode(
    node="http://192.168.1.10:8420",
    community=CommunityId("ab" * 32),
    audience="community",
    seed=bytes(range(32)),
)


def test_a_code_gives_back_what_was_written() -> None:
    assert read_code(f"  {write_code(CODE)}\n") == CODE


def test_a_code_never_prints_its_secret() -> None:
    assert "seed" not in repr(CODE)


def test_a_code_can_be_drawn() -> None:
    assert draw_code(write_code(CODE)).count("\n") > 20


def _altered(**changes: JsonValue) -> str:
    value: dict[str, JsonValue] = {
        "node": CODE.node,
        "community": CODE.community,
        "audience": CODE.audience,
        "invitation": b64url_encode(CODE.seed),
        **changes,
    }
    return "acuerdo1:" + b64url_encode(write_json(value))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "acuerdo1:",
        "acuerdo2:" + write_code(CODE).removeprefix("acuerdo1:"),
        write_code(CODE)[:-4],
        write_code(CODE) + "=",
        _altered(node="ftp://elsewhere"),
        _altered(community="AB" * 32),
        _altered(audience="everybody"),
        _altered(invitation=b64url_encode(b"short")),
        _altered(more=1),
        "acuerdo1:" + "A" * 2_000,
    ],
)
def test_a_damaged_code_is_refused(text: str) -> None:
    with pytest.raises(Trouble) as caught:
        read_code(text)
    assert caught.value.code == "code-invalid"
