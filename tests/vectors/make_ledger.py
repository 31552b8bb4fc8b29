"""Write tests/vectors/ledger: python -m tests.vectors.make_ledger

Run once when a format is added; the files are what counts, and are committed. Notes and
keys under example names are those of the C2SP documents and of docs/spec/checkpoint.md.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from typing import Any

from protocol.ledger.checkpoint import Checkpoint, log_key_of, origin_of, sign_checkpoint
from protocol.ledger.cosignature import cosign, cosign_text, witness_key_of, witness_name
from protocol.ledger.merkle import Tree, leaf_hash
from protocol.ledger.note import COSIGNATURE, NoteKey
from protocol.wire.digests import CommunityId
from protocol.wire.keys import PrivateKey
from protocol.wire.message import write_message
from protocol.wire.text import b64url_encode
from tests.vectors.vector_writer import Folder, as_given

LOG = PrivateKey.from_seed(bytes(range(32)))
WITNESS = PrivateKey.from_seed(bytes(range(32, 64)))
STRANGER = PrivateKey.from_seed(bytes(range(64, 96)))
LEDGER = CommunityId(hashlib.sha256(b"a ledger for vectors").hexdigest())
HOME = CommunityId(hashlib.sha256(b"a witness for vectors").hexdigest())
ORIGIN = origin_of(LEDGER)
TIME = 0x641850CB

# The eight entries that certificate transparency's own tests use, and their roots.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
TREE = Tree(LEAVES)

EXAMPLE_LINE = (
    "\u2014 node.example/ledger/abc ZESsaWrwqLkrj8UfFssS6R+2iV0o82TrCrJavk86aI7M06bSB8mW+NNu"
    "/GzgV4LWB1Cz4z2wgNALMKtGf2DsOob2/As=\n"
)
EXAMPLE_COSIGNATURE = (
    "\u2014 witness.example/w1 IDJKvgAAAABkGFDL2Q719FXI3PxwAh/Q9aRSKEXThSTmmcJ1DdBhsp/RPfQ5t6Nin41"
    "fp47lCEjidosO/VF7bMb5b5k3vOMaEYsMDQ==\n"
)
EXAMPLE_TEXT = "node.example/ledger/abc\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
EXAMPLE_NOTE = EXAMPLE_TEXT + "\n" + EXAMPLE_LINE + EXAMPLE_COSIGNATURE
EXAMPLE_LOG_VKEY = "node.example/ledger/abc+6444ac69+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
EXAMPLE_WITNESS_VKEY = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
EXAMPLE_PROOF_3_TO_8 = [
    "ApjRIpBtz8EIkstTpzmS/FufST6kybrbJ7eRtBJ6f+c=",
    "B1Bqhf2d0vEg62lPhgEeW7RmLlxBWmKRcDPUqWJEh+c=",
    "+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=",
    "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=",
]
EXAMPLE_PATH_3 = [EXAMPLE_PROOF_3_TO_8[at] for at in (0, 2, 3)]

C2SP_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi"
    "2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your "
    "problem is.\n\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2p"
    "ZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def hexes(hashes: tuple[bytes, ...]) -> list[str]:
    return [known.hex() for known in hashes]


def words(name: str) -> str:
    return name.replace("-", " ")


def make_entries() -> None:
    folder = Folder("ledger/entry")
    message = write_message(
        LOG,
        ledger=LEDGER,
        kind="position/take",
        audience="community",
        nonce=bytes(16),
        body={"proposal": HOME, "choice": "agree", "reason": None},
    )
    salt = b64url_encode(bytes(range(16)))

    def entry(index: str = "41", received: str = "1700000000", salt: str = salt) -> bytes:
        head = f'{{"index":{index},"received":{received},"salt":"{salt}","message":'
        return head.encode() + message + b"}"

    def gives(raw: bytes, index: int) -> dict[str, Any]:
        return {"index": index, "leaf": hashlib.sha256(b"\0" + raw).hexdigest()}

    spaced = json.dumps(json.loads(message)).encode()
    good = {
        "position": (entry(), 41),
        "first": (entry("0", "0"), 0),
        "largest-numbers": (entry("9007199254740991", "9007199254740991"), 2**53 - 1),
        "message-with-spaces": (entry().replace(message, spaced), 41),
    }
    for name, (raw, index) in good.items():
        folder.good(name, as_given(raw), words(name), gives(raw, index))
    raw = entry()
    reordered = b'{"received":1700000000,"index":41' + raw[raw.index(b',"salt"') :]
    long = b'{"index":0,"received":0,"salt":"' + salt.encode() + b'","message":{' + b" " * 65_500
    bad = {
        "index-leading-zero": (entry("041"), "decimal-invalid"),
        "index-negative": (entry("-1"), "entry-malformed"),
        "index-fraction": (entry("1.0"), "entry-malformed"),
        "index-2-to-53": (entry("9007199254740992"), "decimal-invalid"),
        "index-text": (entry('"41"'), "entry-malformed"),
        "received-exponent": (entry(received="1e9"), "entry-malformed"),
        "salt-short": (entry(salt=salt[:-1]), "entry-malformed"),
        "salt-padded": (entry(salt=salt + "=="), "entry-malformed"),
        "salt-stray-bits": (entry(salt=salt[:-1] + "B"), "base64url-invalid"),
        "space-after-colon": (raw.replace(b'"index":', b'"index": '), "entry-malformed"),
        "space-before-message": (raw.replace(b'"message":', b'"message": '), "entry-malformed"),
        "space-after-message": (raw[:-1] + b" }", "entry-malformed"),
        "line-feed-after": (raw + b"\n", "entry-malformed"),
        "members-in-another-order": (reordered, "entry-malformed"),
        "member-unknown": (raw[:-1] + b',"more":1}', "entry-malformed"),
        "member-unknown-an-object": (raw[:-1] + b',"more":{}}', "json-invalid"),
        "message-missing": (raw[: raw.index(b',"message"')] + b"}", "entry-malformed"),
        "message-null": (raw[: raw.index(b":{") + 1] + b"null}", "entry-malformed"),
        "message-without-signature": (
            raw.replace(b'"signature"', b'"signatura"'),
            "message-envelope",
        ),
        "too-long": (long + b"}}", "entry-too-long"),
    }
    for name, (raw_bad, code) in bad.items():
        folder.bad(name, as_given(raw_bad), code, words(name))


def make_trees() -> None:
    folder = Folder("ledger/tree")
    entries = [entry.hex() for entry in ENTRIES]
    for size, root in enumerate(ROOTS):
        given = {"entries": entries[:size]}
        folder.good(f"size-{size}", given, "RFC 6962 tree head", {"root": root})


def make_inclusions() -> None:
    folder = Folder("ledger/inclusion")

    def given(at: int, of: int, /, **changes: object) -> dict[str, object]:
        return {
            "leaf": LEAVES[at].hex(),
            "index": at,
            "size": of,
            "proof": hexes(TREE.inclusion(at, of)),
            "root": ROOTS[of],
        } | changes

    for size in range(1, 9):
        for index in range(size):
            folder.good(f"size-{size}-index-{index}", given(index, size), "a proof of the tree")
    path = [b64decode(text).hex() for text in EXAMPLE_PATH_3]
    folder.good("example-index-3", given(3, 8, proof=path), "the path of docs/spec/merkle.md")
    bad = {
        "index-is-size": given(3, 8, index=8),
        "index-beyond-size": given(3, 8, index=11),
        "index-negative": given(3, 8, index=-1),
        "size-zero": given(3, 8, size=0, index=0),
        "size-smaller": given(6, 8, size=7),
        "size-in-another-half": given(3, 8, size=3),
        "size-doubled": given(3, 8, size=16),
        "index-other": given(3, 8, index=2),
        "leaf-other": given(3, 8, leaf=LEAVES[2].hex()),
        "leaf-is-the-entry": given(3, 8, leaf=hashlib.sha256(ENTRIES[3]).hexdigest()),
        "root-other": given(3, 8, root=ROOTS[7]),
        "path-hash-missing": given(3, 8, proof=path[:-1]),
        "path-empty": given(3, 8, proof=[]),
        "path-hash-too-many": given(3, 8, proof=[*path, ROOTS[0]]),
        "path-for-one-leaf": given(0, 1, proof=[ROOTS[0]]),
        "path-reversed": given(3, 8, proof=path[::-1]),
        "path-hash-short": given(3, 8, proof=[path[0][:-2], *path[1:]]),
        "path-hash-long": given(3, 8, proof=[path[0] + "00", *path[1:]]),
    }
    for name, case in bad.items():
        folder.bad(name, case, "inclusion-invalid", words(name))


def make_consistencies() -> None:
    folder = Folder("ledger/consistency")

    def given(start: int, end: int, /, **changes: object) -> dict[str, object]:
        return {
            "old": start,
            "new": end,
            "old_root": ROOTS[start],
            "new_root": ROOTS[end],
            "proof": hexes(TREE.consistency(start, end)),
        } | changes

    for new in range(9):
        for old in range(new + 1):
            folder.good(f"from-{old}-to-{new}", given(old, new), "a proof of the tree")
    proof = [b64decode(text).hex() for text in EXAMPLE_PROOF_3_TO_8]
    folder.good("example-3-to-8", given(3, 8, proof=proof), "the proof of docs/spec/merkle.md")
    bad = {
        "old-beyond-new": given(3, 8, old=8, new=3, old_root=ROOTS[8], new_root=ROOTS[3]),
        "old-negative": given(3, 8, old=-1),
        "old-other": given(3, 8, old=4),
        "new-other": given(3, 8, new=4),
        "old-root-other": given(3, 8, old_root=ROOTS[4]),
        "new-root-other": given(3, 8, new_root=ROOTS[7]),
        "old-root-other-power-of-two": given(4, 8, old_root=ROOTS[3]),
        "proof-empty": given(3, 8, proof=[]),
        "proof-empty-power-of-two": given(4, 8, proof=[]),
        "proof-hash-missing": given(3, 8, proof=proof[:-1]),
        "proof-hash-too-many": given(3, 8, proof=[*proof, ROOTS[0]]),
        "proof-reversed": given(3, 8, proof=proof[::-1]),
        "proof-hash-short": given(3, 8, proof=[proof[0][:-2], *proof[1:]]),
        "proof-with-old-root-first": given(4, 8, proof=[ROOTS[4], *hexes(TREE.consistency(4, 8))]),
        "from-zero-with-proof": given(0, 8, proof=[ROOTS[8]]),
        "from-zero-with-root": given(0, 8, old_root=ROOTS[1]),
        "same-size-with-proof": given(8, 8, proof=[ROOTS[8]]),
        "same-size-other-root": given(8, 8, old_root=ROOTS[7]),
        "empty-with-another-new-root": given(0, 0, new_root=ROOTS[1]),
        "empty-with-root": given(0, 0, old_root=ROOTS[1], new_root=ROOTS[1]),
    }
    for name, case in bad.items():
        folder.bad(name, case, "consistency-invalid", words(name))


def make_vkeys() -> None:
    folder = Folder("ledger/vkey")
    good = {
        "c2sp-example": (C2SP_VKEY, "530d903a"),
        "go-example": (GO_VKEY, "c74f20a3"),
        "log": (EXAMPLE_LOG_VKEY, "6444ac69"),
        "witness": (EXAMPLE_WITNESS_VKEY, "20324abe"),
        "community-log": (log_key_of(ORIGIN, LOG.public).vkey, None),
        "community-witness": (witness_key_of(HOME, WITNESS.public).vkey, None),
    }
    for name, (vkey, key_id) in good.items():
        folder.good(name, {"vkey": vkey}, words(name), {"id": key_id} if key_id else None)
    name, key_id, key = EXAMPLE_LOG_VKEY.split("+", 2)
    small = b64encode(b"\x01" + bytes([1]) + bytes(31)).decode()
    short = b64encode(b"\x01" + bytes(31)).decode()
    ml_dsa = b64encode(b"\x06" + bytes(1312)).decode()
    bad = {
        "id-of-another-key": (f"{name}+c74f20a3+{key}", "vkey-malformed"),
        "id-upper-case": (f"{name}+{key_id.upper()}+{key}", "vkey-malformed"),
        "kind-unknown": (f"{name}+{key_id}+{ml_dsa}", "vkey-malformed"),
        "key-missing": (f"{name}+{key_id}", "vkey-malformed"),
        "key-short": (f"{name}+{key_id}+{short}", "key-malformed"),
        "key-small-order": (f"{name}+{key_id}+{small}", "key-invalid"),
        "key-not-base64": (f"{name}+{key_id}+{key[:-1]}!", "base64-invalid"),
        "name-empty": (f"+{key_id}+{key}", "note-key-name"),
        "name-with-space": (f"node example+{key_id}+{key}", "note-key-name"),
        "name-with-unicode-space": (f"node\u2003example+{key_id}+{key}", "note-key-name"),
    }
    for case, (vkey, code) in bad.items():
        folder.bad(case, {"vkey": vkey}, code, words(case))


def make_notes() -> None:
    folder = Folder("ledger/note")

    def given(note: str | bytes, vkey: str = EXAMPLE_LOG_VKEY) -> dict[str, object]:
        raw = note if isinstance(note, bytes) else note.encode()
        return {"note": as_given(raw), "vkey": vkey}

    line, text = EXAMPLE_LINE, EXAMPLE_TEXT
    stranger = cosign_text(STRANGER, "witness.example/w2", text.encode(), TIME).raw.decode()
    two_parts = b"one\n\ntwo\n"
    folder.good("c2sp-example", given(C2SP_NOTE, C2SP_VKEY), "the example of the specification")
    folder.good("go-example", given(GO_NOTE, GO_VKEY), "the example of Go's documentation")
    folder.good("checkpoint", given(EXAMPLE_NOTE), "a log and a witness signed")
    folder.good("unknown-line", given(text + "\n" + line + stranger), "unknown lines are ignored")
    signed = sign_text_line(two_parts, "node.example/ledger/abc")
    folder.good(
        "empty-line-in-the-text",
        given(two_parts + b"\n" + signed),
        "the last empty line ends the text",
    )
    other_id = line.replace("ZESsaW", "AAAAAW")
    broken = line.replace("/As=", "/Bs=")
    bad: dict[str, tuple[str | bytes, str]] = {
        "no-empty-line": (text + line, "note-malformed"),
        "no-signature": (text + "\n", "note-malformed"),
        "no-line-feed-at-the-end": (EXAMPLE_NOTE[:-1], "note-malformed"),
        "line-feed-too-many": (EXAMPLE_NOTE + "\n", "note-malformed"),
        "carriage-return": (EXAMPLE_NOTE.replace("\n8\n", "\n8\r\n"), "note-malformed"),
        "tab": (EXAMPLE_NOTE.replace("\n8\n", "\n8\t\n"), "note-malformed"),
        "not-utf8": (EXAMPLE_NOTE.encode().replace(b"node", b"n\xf3de", 1), "note-malformed"),
        "hyphen-for-dash": (EXAMPLE_NOTE.replace("\u2014", "-", 1), "note-malformed"),
        "two-spaces": (EXAMPLE_NOTE.replace("abc ZE", "abc  ZE"), "note-malformed"),
        "space-after-line": (EXAMPLE_NOTE.replace("/As=\n", "/As= \n"), "note-malformed"),
        "name-with-plus": (EXAMPLE_NOTE.replace("\u2014 node.", "\u2014 node+"), "note-key-name"),
        "base64-stray-bits": (EXAMPLE_NOTE.replace("/As=", "/At="), "base64-invalid"),
        "base64-no-padding": (EXAMPLE_NOTE.replace("/As=", "/As"), "base64-invalid"),
        "only-a-key-id": (text + "\n\u2014 node.example/ledger/abc ZESsaQ==\n", "note-malformed"),
        "65-lines": (text + "\n" + line + stranger * 64, "note-malformed"),
        "too-long": ("x" * 33_000 + "\n\n" + line, "note-malformed"),
        "not-signed-by-the-key": (text + "\n" + stranger, "note-unsigned"),
        "other-key-id": (text + "\n" + other_id, "note-unsigned"),
        "signature-changed": (text + "\n" + broken, "signature-invalid"),
        "second-line-of-the-key-fails": (text + "\n" + line + broken, "signature-invalid"),
        "text-changed": (EXAMPLE_NOTE.replace("\n8\n", "\n9\n"), "signature-invalid"),
    }
    for name, (note, code) in bad.items():
        folder.bad(name, given(note), code, words(name))


def sign_text_line(text: bytes, name: str, key: PrivateKey = LOG) -> bytes:
    blob = log_key_of(name, key.public).key_id + key.sign(text)
    return f"\u2014 {name} {b64encode(blob).decode()}\n".encode()


def make_checkpoints() -> None:
    folder = Folder("ledger/checkpoint")
    root = b64encode(bytes.fromhex(ROOTS[8])).decode()

    def given(note: bytes, origin: str = ORIGIN, key: PrivateKey = LOG) -> dict[str, object]:
        return {"note": as_given(note), "key": key.public.text, "origin": origin}

    def signed(text: str, name: str = ORIGIN) -> bytes:
        return text.encode() + b"\n" + sign_text_line(text.encode(), name)

    note = sign_checkpoint(LOG, Checkpoint(ORIGIN, 8, TREE.root()))
    gives = {"size": 8, "root": ROOTS[8]}
    folder.good("head", given(note), "a head with the ledger's own line", gives)
    line = cosign(WITNESS, HOME, Checkpoint(ORIGIN, 8, TREE.root()), TIME)
    folder.good("head-with-cosignature", given(note + line), "and a witness's", gives)
    example = given(EXAMPLE_NOTE.encode(), "node.example/ledger/abc")
    folder.good("example", example, "the note of docs/spec/checkpoint.md", gives)
    empty = sign_checkpoint(LOG, Checkpoint(ORIGIN, 0, TREE.root(0)))
    folder.good("empty-ledger", given(empty), "size 0", {"size": 0, "root": ROOTS[0]})
    head = f"{ORIGIN}\n8\n{root}\n"
    bad = {
        "extension-line": (signed(head + "more\n"), "checkpoint-malformed"),
        "two-lines": (signed(f"{ORIGIN}\n8\n"), "checkpoint-malformed"),
        "empty-origin": (signed(f"\n8\n{root}\n"), "checkpoint-malformed"),
        "empty-line-inside": (signed(f"{ORIGIN}\n\n8\n{root}\n"), "checkpoint-malformed"),
        "size-leading-zero": (signed(f"{ORIGIN}\n08\n{root}\n"), "decimal-invalid"),
        "size-negative": (signed(f"{ORIGIN}\n-8\n{root}\n"), "decimal-invalid"),
        "size-2-to-53": (signed(f"{ORIGIN}\n9007199254740992\n{root}\n"), "decimal-invalid"),
        "root-hex": (signed(f"{ORIGIN}\n8\n{ROOTS[8]}\n"), "checkpoint-malformed"),
        "root-31-bytes": (
            signed(f"{ORIGIN}\n8\n{b64encode(bytes(31)).decode()}\n"),
            "checkpoint-malformed",
        ),
        "root-no-padding": (signed(f"{ORIGIN}\n8\n{root[:-1]}\n"), "base64-invalid"),
        "empty-ledger-other-root": (signed(f"{ORIGIN}\n0\n{root}\n"), "checkpoint-empty-root"),
        "signed-under-another-name": (signed(head, origin_of(HOME)), "note-unsigned"),
        "signed-by-another-key": (
            head.encode() + b"\n" + sign_text_line(head.encode(), ORIGIN, STRANGER),
            "note-unsigned",
        ),
        "signed-as-a-witness": (
            head.encode() + b"\n" + cosign_text(LOG, ORIGIN, head.encode(), TIME).raw,
            "note-unsigned",
        ),
        "origin-of-another-ledger": (
            sign_checkpoint(LOG, Checkpoint(origin_of(HOME), 8, TREE.root())),
            "checkpoint-origin",
        ),
    }
    for name, (raw, code) in bad.items():
        folder.bad(name, given(raw), code, words(name))


def make_cosignatures() -> None:
    folder = Folder("ledger/cosignature")
    text = EXAMPLE_TEXT

    def given(line: bytes | str, vkey: str = EXAMPLE_WITNESS_VKEY) -> dict[str, object]:
        raw = line.encode() if isinstance(line, str) else line
        return {"line": as_given(raw), "text": text, "vkey": vkey}

    name = "witness.example/w1"
    key = NoteKey(name, COSIGNATURE, WITNESS.public)

    def line(time: bytes, signed: bytes, key_id: bytes = key.key_id, end: bytes = b"") -> bytes:
        blob = key_id + time + WITNESS.sign(signed) + end
        return f"\u2014 {name} {b64encode(blob).decode()}\n".encode()

    def says(time: int) -> bytes:
        return f"cosignature/v1\ntime {time}\n{text}".encode()

    moment = TIME.to_bytes(8, "big")
    folder.good("example", given(EXAMPLE_COSIGNATURE), "the line of docs/spec/cosignature.md")
    checkpoint = Checkpoint(ORIGIN, 8, TREE.root())
    ours = {
        "line": as_given(cosign(WITNESS, HOME, checkpoint, TIME)),
        "text": checkpoint.text().decode(),
        "vkey": witness_key_of(HOME, WITNESS.public).vkey,
    }
    folder.good("community", ours, f"under the name {witness_name(HOME)}", {"time": TIME})
    as_log = NoteKey(name, 1, WITNESS.public)
    bad: dict[str, tuple[bytes, str]] = {
        "time-other-than-signed": (
            line((TIME + 1).to_bytes(8, "big"), says(TIME)),
            "signature-invalid",
        ),
        "time-zero": (line(bytes(8), says(0)), "cosignature-malformed"),
        "time-2-to-53": (line((2**53).to_bytes(8, "big"), says(2**53)), "cosignature-malformed"),
        "time-little-endian": (
            line(TIME.to_bytes(8, "little"), says(TIME)),
            "cosignature-malformed",
        ),
        "time-missing": (line(b"", says(TIME)), "cosignature-malformed"),
        "byte-too-many": (line(moment, says(TIME), end=b"\0"), "cosignature-malformed"),
        "signed-without-header": (line(moment, text.encode()), "signature-invalid"),
        "signed-without-final-line-feed": (line(moment, says(TIME)[:-1]), "signature-invalid"),
        "signed-another-text": (
            line(moment, says(TIME).replace(b"\n8\n", b"\n9\n")),
            "signature-invalid",
        ),
        "key-id-of-a-log-key": (line(moment, says(TIME), as_log.key_id), "cosignature-key"),
        "another-name": (
            line(moment, says(TIME)).replace(b"w1", b"w2"),
            "cosignature-key",
        ),
        "another-witness": (
            cosign_text(STRANGER, name, text.encode(), TIME).raw,
            "cosignature-key",
        ),
        "no-line-feed": (line(moment, says(TIME))[:-1], "note-malformed"),
        "two-lines": (line(moment, says(TIME)) * 2, "note-malformed"),
    }
    for case, (raw, code) in bad.items():
        folder.bad(case, given(raw), code, words(case))


def make_tiles() -> None:
    folder = Folder("ledger/tile-path")
    good = {
        "first": "tile/0/000",
        "million": "tile/0/x001/x234/067",
        "partial": "tile/0/273.p/112",
        "level-63": "tile/63/000",
        "entries": "tile/entries/x001/000",
        "entries-partial": "tile/entries/000.p/8",
    }
    for name, path in good.items():
        folder.good(name, {"path": path}, words(name))
    bad = {
        "two-digits": "tile/0/00",
        "four-digits": "tile/0/0000",
        "x-missing": "tile/0/001/000",
        "x-on-the-last": "tile/0/x001/x000",
        "zero-group": "tile/0/x000/001",
        "width-256": "tile/0/000.p/256",
        "width-0": "tile/0/000.p/0",
        "width-leading-zero": "tile/0/000.p/08",
        "width-empty": "tile/0/000.p/",
        "level-64": "tile/64/000",
        "level-leading-zero": "tile/00/000",
        "level-negative": "tile/-1/000",
        "level-unknown-word": "tile/leaves/000",
        "height-of-old-paths": "tile/8/0/000",
        "slash-before": "/tile/0/000",
        "slash-after": "tile/0/000/",
        "slash-doubled": "tile//0/000",
        "dots": "tile/0/../0/000",
        "line-feed": "tile/0/000\n",
        "foreign-digit": "tile/0/00\u0663",
        "index-2-to-53": "tile/0/x009/x007/x199/x254/x740/992",
        "index-too-long": "tile/0/x001/x000/x000/x000/x000/x000/000",
    }
    numbers = {"width-leading-zero", "level-leading-zero", "index-2-to-53"}
    for name, path in bad.items():
        code = "decimal-invalid" if name in numbers else "tile-path"
        folder.bad(name, {"path": path}, code, words(name))
    folder = Folder("ledger/entry-tile")
    raw = b"".join(len(entry).to_bytes(2, "big") + entry for entry in ENTRIES)
    entries = [entry.hex() for entry in ENTRIES]
    folder.good("eight", {"hex": raw.hex(), "width": 8}, "eight entries", {"entries": entries})
    rows = {
        "one-missing": (raw, 9),
        "one-too-many": (raw, 7),
        "cut-in-an-entry": (raw[:-1], 8),
        "cut-in-a-length": (raw + b"\0", 9),
        "bytes-after": (raw + b"\0\0\0", 9),
        "nothing": (b"", 8),
    }
    for name, (bytes_, width) in rows.items():
        case = {"hex": bytes_.hex(), "width": width}
        folder.bad(name, case, "tile-malformed", words(name))


def make_add_checkpoints() -> None:
    folder = Folder("ledger/add-checkpoint")
    note = EXAMPLE_TEXT + "\n" + EXAMPLE_LINE
    proof = "".join(text + "\n" for text in EXAMPLE_PROOF_3_TO_8)
    body = f"old 3\n{proof}\n{note}"

    def given(
        text: str, seen: tuple[int, str] | None = (3, ROOTS[3]), key: PrivateKey | None = LOG
    ) -> dict[str, object]:
        return {
            "request": text,
            "key": None if key is None else key.public.text,
            "seen": None if seen is None else {"size": seen[0], "root": seen[1]},
        }

    folder.good("from-3-to-8", given(body), "the body of docs/spec/cosignature.md")
    first = f"old 0\n\n{note}"
    folder.good("first-sight", given(first, None), "nothing cosigned yet")
    again = f"old 8\n\n{note}"
    folder.good("same-head-again", given(again, (8, ROOTS[8])), "the same size and root")
    malformed = {
        "old-missing": (f"{proof}\n{note}", "add-checkpoint-malformed"),
        "old-leading-zero": (body.replace("old 3", "old 03"), "decimal-invalid"),
        "old-negative": (body.replace("old 3", "old -3"), "decimal-invalid"),
        "old-two-spaces": (body.replace("old 3", "old  3"), "decimal-invalid"),
        "proof-not-base64": (body.replace("ApjR", "!pjR"), "base64-invalid"),
        "proof-hash-short": (
            body.replace(EXAMPLE_PROOF_3_TO_8[0], b64encode(bytes(31)).decode()),
            "add-checkpoint-malformed",
        ),
        "proof-64-hashes": (
            f"old 3\n{(EXAMPLE_PROOF_3_TO_8[0] + chr(10)) * 64}\n{note}",
            "add-checkpoint-malformed",
        ),
        "no-empty-line": (f"old 3\n{proof}{EXAMPLE_TEXT}", "add-checkpoint-malformed"),
        "note-without-signature": (f"old 3\n{proof}\n{EXAMPLE_TEXT}", "note-malformed"),
        "checkpoint-extension": (
            body.replace("RgQyg=\n", "RgQyg=\nmore\n"),
            "checkpoint-malformed",
        ),
        "too-long": (body + "\u2014 x " + "AAAA" * 5000 + "\n", "add-checkpoint-malformed"),
    }
    for name, (text, code) in malformed.items():
        folder.bad(name, given(text), code, words(name))
    declined = {
        "decline-unknown-origin": (given(body, key=None), "unknown-origin"),
        "decline-untrusted-key": (given(body, key=STRANGER), "untrusted"),
        "decline-signature-fails": (given(body.replace("/As=", "/Bs=")), "untrusted"),
        "decline-old-beyond-new": (given(f"old 9\n\n{note}", (9, ROOTS[1])), "old-beyond-new"),
        "decline-other-size": (given(body, (4, ROOTS[4])), "other-size"),
        "decline-other-size-nothing-seen": (given(body, None), "other-size"),
        "decline-first-sight-again": (given(first), "other-size"),
        "decline-proof-fails": (given(body, (3, ROOTS[4])), "unproven"),
        "decline-proof-missing": (given(f"old 3\n\n{note}"), "unproven"),
        "decline-proof-from-zero": (given(f"old 0\n{proof}\n{note}", None), "unproven"),
        "decline-same-size-with-proof": (
            given(f"old 8\n{proof}\n{note}", (8, ROOTS[8])),
            "unproven",
        ),
        "decline-fork": (given(again, (8, ROOTS[7])), "fork"),
    }
    for name, (case, reason) in declined.items():
        folder.bad(name, case, reason, words(name))


def make_receipts() -> None:
    folder = Folder("ledger/receipt")
    path = "".join(text + "\n" for text in EXAMPLE_PATH_3)
    raw = f"c2sp.org/tlog-proof@v1\nindex 3\n{path}\n{EXAMPLE_NOTE}"
    leaf = LEAVES[3].hex()

    def given(text: str, leaf: str = leaf, key: PrivateKey = LOG) -> dict[str, object]:
        return {"receipt": text, "leaf": leaf, "key": key.public.text}

    folder.good(
        "example", given(raw), "the receipt of docs/spec/receipt.md", {"index": 3, "size": 8}
    )
    only = sign_checkpoint(LOG, Checkpoint(ORIGIN, 1, TREE.root(1))).decode()
    one = f"c2sp.org/tlog-proof@v1\nindex 0\n\n{only}"
    folder.good("only-leaf", given(one, LEAVES[0].hex()), "no path", {"index": 0, "size": 1})
    bad = {
        "header-missing": (raw.split("\n", 1)[1], "receipt-malformed"),
        "header-of-another-version": (raw.replace("@v1", "@v2"), "receipt-malformed"),
        "extra-line": (raw.replace("index", "extra AAAA\nindex"), "receipt-malformed"),
        "index-missing": (raw.replace("index 3\n", ""), "receipt-malformed"),
        "index-negative": (raw.replace("index 3", "index -3"), "decimal-invalid"),
        "index-leading-zero": (raw.replace("index 3", "index 03"), "decimal-invalid"),
        "index-other": (raw.replace("index 3", "index 2"), "inclusion-invalid"),
        "path-hash-missing": (
            raw.replace(EXAMPLE_PATH_3[2] + "\n", ""),
            "inclusion-invalid",
        ),
        "path-hash-too-many": (
            raw.replace(path, path + EXAMPLE_PATH_3[0] + "\n"),
            "inclusion-invalid",
        ),
        "path-not-base64": (raw.replace("ApjR", "!pjR"), "base64-invalid"),
        "path-hash-short": (
            raw.replace(EXAMPLE_PATH_3[0], b64encode(bytes(31)).decode()),
            "inclusion-invalid",
        ),
        "path-64-hashes": (
            raw.replace(path, (EXAMPLE_PATH_3[0] + "\n") * 64),
            "receipt-malformed",
        ),
        "note-missing": (raw.partition("\n\n")[0] + "\n", "receipt-malformed"),
        "note-unsigned": (raw.replace(EXAMPLE_LINE, ""), "note-unsigned"),
        "note-changed": (raw.replace("\n8\n", "\n9\n"), "signature-invalid"),
        "line-feed-after": (raw + "\n", "note-malformed"),
        "too-long": (raw + "\u2014 x " + "AAAA" * 12_500 + "\n", "receipt-malformed"),
    }
    for name, (text, code) in bad.items():
        folder.bad(name, given(text), code, words(name))
    folder.bad("leaf-other", given(raw, LEAVES[2].hex()), "inclusion-invalid", "another entry")
    folder.bad("key-other", given(raw, key=STRANGER), "note-unsigned", "another ledger's key")


def make_forks() -> None:
    folder = Folder("ledger/fork")
    branch = Tree([*LEAVES[:2], *LEAVES[4:]])

    def head(tree: Tree, size: int, origin: str = ORIGIN, key: PrivateKey = LOG) -> str:
        return sign_checkpoint(key, Checkpoint(origin, size, tree.root(size))).decode()

    def given(**changes: object) -> dict[str, object]:
        evidence = {
            "ledger": LEDGER,
            "first": head(TREE, 4),
            "second": head(branch, 6),
            "root": branch.root(4).hex(),
            "proof": hexes(branch.consistency(4, 6)),
        }
        text = json.dumps(evidence | changes, ensure_ascii=False, separators=(",", ":"))
        return {"evidence": text, "ledger": LEDGER, "keys": [LOG.public.text]}

    same: dict[str, object] = {"second": head(branch, 4), "root": None, "proof": []}
    folder.good("same-size", given(**same), "two roots of one size")
    folder.good("two-sizes", given(), "the larger tree has another beginning")
    three = {
        "first": head(TREE, 3),
        "root": branch.root(3).hex(),
        "proof": hexes(branch.consistency(3, 6)),
    }
    folder.good("two-sizes-not-a-power-of-two", given(**three), "sizes 3 and 6")
    true = {
        "second": head(TREE, 6),
        "root": ROOTS[4],
        "proof": hexes(TREE.consistency(4, 6)),
    }
    bad = {
        "same-head-twice": (given(**same | {"second": head(TREE, 4)}), "fork-not-shown"),
        "no-fork": (given(**true), "fork-not-shown"),
        "same-size-with-root": (given(**same | {"root": ROOTS[3]}), "fork-not-shown"),
        "same-size-with-proof": (given(**same | {"proof": [ROOTS[3]]}), "fork-not-shown"),
        "larger-head-first": (
            given(first=head(branch, 6), second=head(TREE, 4)),
            "consistency-invalid",
        ),
        "root-missing": (given(root=None), "hex-invalid"),
        "root-made-up": (given(root=ROOTS[5]), "consistency-invalid"),
        "proof-missing": (given(proof=[]), "consistency-invalid"),
        "proof-of-the-other-branch": (
            given(proof=hexes(TREE.consistency(4, 6))),
            "consistency-invalid",
        ),
        "head-of-another-ledger": (
            given(second=head(branch, 6, origin_of(HOME))),
            "fork-unsigned",
        ),
        "head-by-another-key": (given(second=head(branch, 6, key=STRANGER)), "fork-unsigned"),
        "ledger-other": (given(ledger=HOME), "fork-ledger"),
        "member-unknown": (given(more=1), "body-invalid"),
        "first-missing": (given(first=None), "body-invalid"),
        "proof-64-hashes": (given(proof=[ROOTS[3]] * 64), "body-invalid"),
        "head-too-long": (given(first="x" * 5_000), "body-invalid"),
    }
    for name, (case, code) in bad.items():
        folder.bad(name, case, code, words(name))


if __name__ == "__main__":
    make_entries()
    make_trees()
    make_inclusions()
    make_consistencies()
    make_vkeys()
    make_notes()
    make_checkpoints()
    make_cosignatures()
    make_tiles()
    make_add_checkpoints()
    make_receipts()
    make_forks()
