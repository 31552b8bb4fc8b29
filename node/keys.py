"""The community's three working keys, and the files in the data directory that are secrets.

`keys.json` holds the seeds of the keys for checkpoints (log), for cosignatures (witness) and for
messages in the community's name (voice). The next root key is never stored: it exists as recovery
words that are shown once, and a thief of this machine cannot take the identity.

New keys are staged, at the founding and at every rotation: the seeds are written to
`keys.next.json` first, the message that names them is appended, and only then do they take their
place. A crash between leaves both, and a start compares them with the ledger to know which hold.
"""

import os
import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from mnemonic import Mnemonic

from node.ports import Entropy
from protocol.errors import Malformed
from protocol.wire.encoding import JsonValue, read_json, write_json
from protocol.wire.keys import SEED_BYTES, PrivateKey
from protocol.wire.text import b64url_decode, b64url_encode

KEYS = "keys.json"
NEXT_KEYS = "keys.next.json"
TOKEN = "operator.token"  # noqa: S105 - the name of the file, not what is in it

_ROLES = ("log", "witness", "voice")
_TOKEN_BYTES = 32
_WORDS = 24
_LANGUAGES = {"en": "english", "es": "spanish", "fr": "french", "it": "italian", "pt": "portuguese"}
# RFC 8032 section 7.1 and the seeds that examples everywhere copy from it.
_PUBLISHED = frozenset(
    bytes.fromhex(text)
    for text in (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "0305334e381af78f141cb666f6199f57bc3495335a256a95bd2a55bf546663f6",
    )
)


class KeyFileError(Exception):
    """A secret file is missing, readable by others, damaged, or holds what everybody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKeys:
    """The keys that this machine works with."""

    log: PrivateKey
    witness: PrivateKey
    voice: PrivateKey
    seeds: tuple[bytes, bytes, bytes] = field(repr=False)


def new_seed(entropy: Entropy) -> bytes:
    """A seed for a key.

    Raises:
        KeyFileError: the source of chance gave what no source of chance gives.
    """
    seed = entropy.bytes(SEED_BYTES)
    _refuse_known(seed)
    return seed


def new_keys(entropy: Entropy) -> NodeKeys:
    """Three fresh working keys, not stored yet."""
    return _keys(new_seed(entropy), new_seed(entropy), new_seed(entropy))


def recovery_words(seed: bytes, language: str = "en") -> str:
    """The 24 words (BIP39) that hold a root key's seed on paper, in a person's language."""
    return Mnemonic(_LANGUAGES.get(language, "english")).to_mnemonic(seed)


def seed_of_words(words: str) -> bytes:
    """The seed that recovery words hold, in whichever language, with or without accents.

    Raises:
        KeyFileError: they are not 24 words of one list, or the checksum says that one is wrong.
    """
    typed = [_bare(word) for word in words.lower().split()]
    for language in _LANGUAGES.values():
        book = Mnemonic(language)
        spelling = {_bare(word): word for word in book.wordlist}
        text = " ".join(spelling.get(word, "?") for word in typed)
        if len(typed) == _WORDS and book.check(text):
            seed = bytes(book.to_entropy(text))
            _refuse_known(seed)
            return seed
    raise KeyFileError("these are not 24 recovery words, or one of them is wrong or misplaced")


def _bare(word: str) -> str:
    """A word as people type it from paper: no list has two words that differ in accents alone."""
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def stage_keys(data_dir: Path, keys: NodeKeys) -> None:
    """Stores the keys of a founding or rotation that is about to be appended."""
    write_secret(data_dir / NEXT_KEYS, _text(keys))


def promote_keys(data_dir: Path) -> NodeKeys:
    """Puts the staged keys in the place of the old ones, which are gone then.

    Raises:
        KeyFileError: no keys are staged, or they cannot be read.
    """
    keys = _read(data_dir / NEXT_KEYS)
    (data_dir / NEXT_KEYS).replace(data_dir / KEYS)
    _settle(data_dir)
    return keys


def read_keys(data_dir: Path) -> NodeKeys:
    """The keys that this node works with.

    Raises:
        KeyFileError: the file is missing, readable by others, damaged, or holds a known seed.
    """
    return _read(data_dir / KEYS)


def read_staged_keys(data_dir: Path) -> NodeKeys | None:
    """The keys of a rotation that was begun, if one was."""
    return _read(data_dir / NEXT_KEYS) if (data_dir / NEXT_KEYS).exists() else None


def operator_token(data_dir: Path, entropy: Entropy) -> str:
    """The operator's token, made at the first call."""
    path = data_dir / TOKEN
    if not path.exists():
        write_secret(path, b64url_encode(entropy.bytes(_TOKEN_BYTES)) + "\n")
    _refuse_open(path)
    return path.read_text("ascii").strip()


def renew_operator_token(data_dir: Path, entropy: Entropy) -> str:
    """Another token in the place of the one that there was."""
    write_secret(data_dir / TOKEN, b64url_encode(entropy.bytes(_TOKEN_BYTES)) + "\n")
    return operator_token(data_dir, entropy)


def _keys(log: bytes, witness: bytes, voice: bytes) -> NodeKeys:
    return NodeKeys(
        log=PrivateKey.from_seed(log),
        witness=PrivateKey.from_seed(witness),
        voice=PrivateKey.from_seed(voice),
        seeds=(log, witness, voice),
    )


def _text(keys: NodeKeys) -> str:
    texts = map(b64url_encode, keys.seeds)
    seeds: JsonValue = dict(zip(_ROLES, texts, strict=True))
    return write_json({"version": 1, "seeds": seeds}).decode("ascii") + "\n"


def _read(path: Path) -> NodeKeys:
    if not path.exists():
        raise KeyFileError(f"{path} is missing: found a community first, or restore its keys")
    _refuse_open(path)
    try:
        match read_json(path.read_bytes().rstrip(b"\n")):
            case {
                "version": 1,
                "seeds": {"log": str(log), "witness": str(witness), "voice": str(voice)},
            }:
                seeds = [b64url_decode(text) for text in (log, witness, voice)]
            case _:
                raise KeyFileError(f"{path} is not a key file of this version")
    except Malformed as error:
        raise KeyFileError(f"{path} is damaged: {error.code}") from error
    if len(set(seeds)) != len(_ROLES) or any(len(seed) != SEED_BYTES for seed in seeds):
        raise KeyFileError(f"{path} does not hold three different keys")
    for seed in seeds:
        _refuse_known(seed)
    return _keys(*seeds)


def _refuse_known(seed: bytes) -> None:
    steps = {(after - before) % 256 for before, after in pairwise(seed)}
    if seed in _PUBLISHED or len(steps) < 4:
        raise KeyFileError("this seed is published in examples: anybody could speak with it")


def _refuse_open(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise KeyFileError(f"{path} can be read by others: chmod 600 it, and think who did read it")


def write_secret(path: Path, text: str) -> None:
    """Writes what only we may read, whole or not at all; it is on disk when this returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    partial.replace(path)
    _settle(path.parent)


def read_secret(path: Path) -> str | None:
    """What such a file holds, or None if it is not there.

    Raises:
        KeyFileError: others can read it.
    """
    if not path.exists():
        return None
    _refuse_open(path)
    return path.read_text("utf-8")


def forget_secret(path: Path) -> None:
    """Such a file is gone for good when this returns, if it was there at all."""
    path.unlink(missing_ok=True)
    if path.parent.exists():
        _settle(path.parent)


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
