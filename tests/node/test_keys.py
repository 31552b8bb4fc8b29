"""The secrets of a node: who can read them, what is refused, what a crash leaves behind."""

import stat
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest

from node import keys
from node.keys import KeyFileError
from node.ports import SystemEntropy
from protocol.wire.keys import PrivateKey


class CountedEntropy:
    """Chance that a test can repeat."""

    def __init__(self) -> None:
        self._turn = count()

    def bytes(self, count: int) -> bytes:
        return sha256(b"%d" % next(self._turn)).digest()[:count]


class NoEntropy:
    """A generator that is broken."""

    def bytes(self, count: int) -> bytes:
        return bytes(count)


def store(folder: Path, made: keys.NodeKeys) -> None:
    """As a founding does."""
    keys.stage_keys(folder, made)
    keys.promote_keys(folder)


def test_keys_come_back_as_they_went(tmp_path: Path) -> None:
    made = keys.new_keys(SystemEntropy())
    store(tmp_path / "data", made)
    read = keys.read_keys(tmp_path / "data")
    assert read.seeds == made.seeds
    assert read.voice.public == made.voice.public
    assert len({read.log.public, read.witness.public, read.voice.public}) == 3
    assert stat.S_IMODE((tmp_path / "data" / keys.KEYS).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == [keys.KEYS]


def test_keys_do_not_print_themselves() -> None:
    made = keys.new_keys(CountedEntropy())
    assert made.seeds[0].hex() not in repr(made)
    assert repr(made.seeds[0]) not in repr(made)


def test_a_rotation_is_staged_before_it_holds(tmp_path: Path) -> None:
    old, new = keys.new_keys(SystemEntropy()), keys.new_keys(SystemEntropy())
    store(tmp_path, old)
    assert keys.read_staged_keys(tmp_path) is None
    keys.stage_keys(tmp_path, new)
    assert keys.read_keys(tmp_path).seeds == old.seeds
    staged = keys.read_staged_keys(tmp_path)
    assert staged is not None
    assert staged.seeds == new.seeds
    assert keys.promote_keys(tmp_path).seeds == new.seeds
    assert keys.read_keys(tmp_path).seeds == new.seeds
    assert keys.read_staged_keys(tmp_path) is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "damaged"),
        (b"{}", "not a key file"),
        (b'{"version":2,"seeds":{"log":"","witness":"","voice":""}}', "not a key file"),
        (b'{"version":1,"seeds":{"log":"*","witness":"","voice":""}}', "damaged"),
        (b'{"version":1,"seeds":{"log":"","witness":"","voice":""}}', "three different"),
    ],
)
def test_a_damaged_key_file_is_named(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / keys.KEYS
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=reason):
        keys.read_keys(tmp_path)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    store(tmp_path, keys.new_keys(SystemEntropy()))
    (tmp_path / keys.KEYS).chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        keys.read_keys(tmp_path)


def test_a_missing_key_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="found a community first"):
        keys.read_keys(tmp_path)


@pytest.mark.parametrize(
    ("seed", "public"),
    [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        ),
        (
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        ),
    ],
)
def test_seeds_from_the_textbook_are_refused(tmp_path: Path, seed: str, public: str) -> None:
    raw = bytes.fromhex(seed)
    assert PrivateKey.from_seed(raw).public.raw.hex() == public
    words = keys.recovery_words(raw)
    with pytest.raises(KeyFileError, match="published"):
        keys.seed_of_words(words)
    good = keys.new_keys(SystemEntropy())
    known = keys.NodeKeys(
        log=good.log,
        witness=good.witness,
        voice=good.voice,
        seeds=(raw, *good.seeds[1:]),
    )
    keys.stage_keys(tmp_path, known)
    (tmp_path / keys.NEXT_KEYS).rename(tmp_path / keys.KEYS)
    with pytest.raises(KeyFileError, match="published"):
        keys.read_keys(tmp_path)


def test_a_broken_generator_makes_no_keys() -> None:
    with pytest.raises(KeyFileError, match="published"):
        keys.new_seed(NoEntropy())


@pytest.mark.parametrize("language", ["en", "es", "fr", "it", "pt"])
def test_recovery_words_hold_the_seed(language: str) -> None:
    seed = keys.new_seed(CountedEntropy())
    words = keys.recovery_words(seed, language)
    assert len(words.split()) == 24
    assert keys.seed_of_words(words) == seed
    assert keys.seed_of_words("  " + words.upper().replace(" ", "\n ")) == seed


def test_recovery_words_may_be_typed_without_accents() -> None:
    seed = keys.new_seed(CountedEntropy())
    words = keys.recovery_words(seed, "es")
    bare = words.encode("ascii", "ignore").decode()
    assert bare != words
    assert keys.seed_of_words(bare) == seed


def test_a_wrong_word_is_noticed() -> None:
    words = keys.recovery_words(keys.new_seed(CountedEntropy())).split()
    swapped = [words[1], words[0], *words[2:]]
    for wrong in (swapped, words[:-1], [*words[:-1], "agreement"]):
        with pytest.raises(KeyFileError, match="not 24 recovery words"):
            keys.seed_of_words(" ".join(wrong))


def test_the_operators_token_is_made_once(tmp_path: Path) -> None:
    token = keys.operator_token(tmp_path, SystemEntropy())
    assert len(token) == 43
    assert keys.operator_token(tmp_path, SystemEntropy()) == token
    assert stat.S_IMODE((tmp_path / keys.TOKEN).stat().st_mode) == 0o600
