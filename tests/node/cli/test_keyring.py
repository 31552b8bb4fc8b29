"""A member's folder: what is in it, who can read it, and what is never written over."""

import stat
from pathlib import Path

import pytest

from node.cli.keyring import Identity, Keyring, slug_of
from node.cli.trouble import UNAUTHORISED, Trouble

SEED = bytes(range(32))


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys")


def test_an_identity_comes_back_as_it_was(keyring: Keyring) -> None:
    ana = Identity(name="Ana María", seed=SEED, node="http://127.0.0.1:8420")
    keyring.add("ana-maria", ana)
    assert keyring.identity("ana-maria") == ana
    assert keyring.names() == ["ana-maria"]


def test_a_key_is_for_its_owner_alone(keyring: Keyring) -> None:
    keyring.add("ana", Identity(name="Ana", seed=SEED))
    path = keyring.folder / "ana.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(keyring.folder.stat().st_mode) == 0o700
    path.chmod(0o640)
    with pytest.raises(Trouble) as caught:
        keyring.identity("ana")
    assert (caught.value.code, caught.value.exit_code) == ("identity-open", UNAUTHORISED)


def test_a_seed_is_never_written_over(keyring: Keyring) -> None:
    keyring.add("ana", Identity(name="Ana", seed=SEED))
    with pytest.raises(Trouble) as caught:
        keyring.add("ana", Identity(name="Ana", seed=bytes(32)))
    assert caught.value.code == "identity-exists"
    assert keyring.identity("ana").seed == SEED


def test_a_seed_is_never_printed() -> None:
    assert "seed" not in repr(Identity(name="Ana", seed=SEED))


def test_settling_keeps_the_seed(keyring: Keyring) -> None:
    keyring.add("ana", Identity(name="Ana", seed=SEED))
    keyring.settle("ana", community="aa" * 32, member="bb" * 32)
    keyring.note_words_shown("ana")
    settled = keyring.identity("ana")
    assert (settled.seed, settled.community, settled.member, settled.words_shown) == (
        SEED,
        "aa" * 32,
        "bb" * 32,
        True,
    )


def test_the_only_identity_needs_no_name(keyring: Keyring) -> None:
    with pytest.raises(Trouble):
        keyring.chosen(None)
    keyring.add("ana", Identity(name="Ana", seed=SEED))
    assert keyring.chosen(None) == "ana"
    keyring.add("bento", Identity(name="Bento", seed=SEED))
    with pytest.raises(Trouble) as caught:
        keyring.chosen(None)
    assert caught.value.code == "identity-which"
    assert keyring.chosen("Bento") == "bento"


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"version":2,"name":"Ana","seed":"AAAA"}', '{"version":1,"seed":1}']
)
def test_a_damaged_file_says_so(keyring: Keyring, text: str) -> None:
    keyring.add("ana", Identity(name="Ana", seed=SEED))
    (keyring.folder / "ana.json").write_text(text)
    with pytest.raises(Trouble) as caught:
        keyring.identity("ana")
    assert caught.value.code == "file-damaged"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ana María", "ana-maria"),
        ("Ñusta", "nusta"),
        ("../etc/passwd", "etc-passwd"),
        ("B_1", "b_1"),
    ],
)
def test_a_name_becomes_a_file_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@pytest.mark.parametrize("name", ["", "..", "日本", "///"])
def test_a_name_without_letters_is_refused(name: str) -> None:
    with pytest.raises(Trouble):
        slug_of(name)


def test_receipts_come_back_in_the_order_they_were_kept(keyring: Keyring) -> None:
    keyring.keep_receipt("ana", "ff" * 32, {"index": 1})
    keyring.keep_receipt("ana", "aa" * 32, {"index": 2})
    assert [one["index"] for one in keyring.receipts("ana")] == [1, 2]
