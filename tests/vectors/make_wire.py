"""Write tests/vectors/wire: python -m tests.vectors.make_wire

Run once when a format is added; the files are what counts, and are committed.
"""

import hashlib
import json
from typing import Any

from protocol.wire.keys import PrivateKey
from protocol.wire.text import b64url_encode
from tests.protocol.wire import curve
from tests.vectors.vector_writer import ROOT, Folder, as_given

KEY = PrivateKey.from_seed(bytes(range(32)))
OTHER = PrivateKey.from_seed(bytes(range(32, 64)))
LEDGER = hashlib.sha256(b"a ledger for vectors").hexdigest()
PROPOSAL = hashlib.sha256(b"a proposal for vectors").hexdigest()

# RFC 8032 section 7.1, all five.
RFC_8032: list[dict[str, str]] = json.loads((ROOT / "rfc8032.json").read_text(encoding="utf-8"))


def make_json() -> None:
    folder = Folder("wire/json")
    good = {
        "empty-object": b"{}",
        "space-inside": b'{ "a" : [ 1 , 2 ] }',
        "largest-integer": b"[9007199254740991,-9007199254740991,0]",
        "surrogate-pair-escaped": rb'"\ud83d\ude00"',
        "depth-16": b"[" * 16 + b"]" * 16,
        "brackets-in-a-string": b'["' + b"[{" * 40 + b'"]',
        "two-normal-forms-are-two-keys": '{"\u00e1":1,"a\u0301":2}'.encode(),
        "constants": b"[true,false,null]",
    }
    for name, raw in good.items():
        folder.good(name, as_given(raw), "within the rules")
    bad = {
        "duplicate-key": (b'{"a":1,"a":1}', "json-duplicate-key"),
        "duplicate-key-deep": (b'[{"b":{"a":1,"a":2}}]', "json-duplicate-key"),
        "duplicate-key-escaped": (rb'{"a":1,"\u0061":1}', "json-duplicate-key"),
        "fraction": (b"[1.0]", "json-number"),
        "exponent": (b"[1e2]", "json-number"),
        "exponent-huge": (b"1e400", "json-number"),
        "nan": (b"[NaN]", "json-number"),
        "infinity": (b"Infinity", "json-number"),
        "minus-infinity": (b"[-Infinity]", "json-number"),
        "minus-zero": (b"[-0]", "json-number"),
        "integer-2-to-53": (b"9007199254740992", "json-number"),
        "integer-minus-2-to-53": (b"-9007199254740992", "json-number"),
        "integer-of-5000-digits": (b"1" * 5000, "json-number"),
        "leading-zero": (b"[01]", "json-invalid"),
        "plus-sign": (b"[+1]", "json-invalid"),
        "foreign-digit": ("[\u0663]".encode(), "json-invalid"),
        "lone-high-surrogate-escaped": (rb'"\ud800"', "json-lone-surrogate"),
        "lone-low-surrogate-escaped": (rb'["\udfff"]', "json-lone-surrogate"),
        "lone-surrogate-in-a-key": (rb'{"\uDC00":1}', "json-lone-surrogate"),
        "surrogate-halves-swapped": (rb'"\ude00\ud83d"', "json-lone-surrogate"),
        "surrogate-raw": (b'"\xed\xa0\x80"', "json-not-utf8"),
        "overlong-utf8": (b'"\xc0\xaf"', "json-not-utf8"),
        "latin-1": (b'"\xe1"', "json-not-utf8"),
        "byte-order-mark": (b"\xef\xbb\xbf{}", "json-invalid"),
        "space-before": (b" {}", "json-invalid"),
        "line-feed-after": (b"{}\n", "json-invalid"),
        "two-values": (b"{}{}", "json-invalid"),
        "nothing": (b"", "json-invalid"),
        "trailing-comma": (b"[1,]", "json-invalid"),
        "single-quotes": (b"{'a':1}", "json-invalid"),
        "comment": (b"[1/**/]", "json-invalid"),
        "control-character-in-a-string": (b'"a\x01b"', "json-invalid"),
        "escape-unknown": (rb'"\x41"', "json-invalid"),
        "unfinished-string": (b'["a', "json-invalid"),
        "depth-17": (b"[" * 17 + b"]" * 17, "json-too-deep"),
        "depth-17-objects": (b'{"a":' * 17 + b"1" + b"}" * 17, "json-too-deep"),
        "depth-without-end": (b"[" * 50_000, "json-too-deep"),
    }
    for name, (raw, code) in bad.items():
        folder.bad(name, as_given(raw), code, name.replace("-", " "))


def make_text() -> None:
    folder = Folder("wire/text")
    rows: list[tuple[str, str, str, str]] = [
        ("decimal", "zero", "0", "ok"),
        ("decimal", "largest", "9007199254740991", "ok"),
        ("decimal", "too-large", "9007199254740992", "decimal-invalid"),
        ("decimal", "leading-zero", "007", "decimal-invalid"),
        ("decimal", "plus", "+5", "decimal-invalid"),
        ("decimal", "minus", "-5", "decimal-invalid"),
        ("decimal", "underscore", "1_000", "decimal-invalid"),
        ("decimal", "space", " 7", "decimal-invalid"),
        ("decimal", "line-feed", "7\n", "decimal-invalid"),
        ("decimal", "foreign-digit", "\u0663", "decimal-invalid"),
        ("decimal", "empty", "", "decimal-invalid"),
        ("base64", "three-bytes", "+/+/", "ok"),
        ("base64", "empty", "", "ok"),
        ("base64", "one-byte", "AA==", "ok"),
        ("base64", "stray-bits", "AB==", "base64-invalid"),
        ("base64", "no-padding", "AA", "base64-invalid"),
        ("base64", "too-much-padding", "AAA==", "base64-invalid"),
        ("base64", "url-alphabet", "-_-_", "base64-invalid"),
        ("base64", "foreign-character", "AAA!A==", "base64-invalid"),
        ("base64", "line-feed", "AAAA\n", "base64-invalid"),
        ("base64", "not-ascii", "AAA\u00e1", "base64-invalid"),
        ("base64url", "three-bytes", "-_-_", "ok"),
        ("base64url", "one-byte", "AA", "ok"),
        ("base64url", "stray-bits", "AB", "base64url-invalid"),
        ("base64url", "padding", "AA==", "base64url-invalid"),
        ("base64url", "standard-alphabet", "+/+/", "base64url-invalid"),
        ("base64url", "one-character", "A", "base64url-invalid"),
        ("base64url", "space", "AA AA", "base64url-invalid"),
        ("base32", "five-bytes", "AAAQEAYE", "ok"),
        ("base32", "one-byte", "74", "ok"),
        ("base32", "empty", "", "ok"),
        ("base32", "stray-bits", "75", "base32-invalid"),
        ("base32", "one-character", "A", "base32-invalid"),
        ("base32", "three-characters", "AAA", "base32-invalid"),
        ("base32", "padding", "74======", "base32-invalid"),
        ("base32", "small-letters", "aaaqeaye", "base32-invalid"),
        ("base32", "one-for-i", "A1AQEAYE", "base32-invalid"),
        ("base32", "line-feed", "AAAQEAYE\n", "base32-invalid"),
        ("base32", "not-ascii", "AAAQEAY\u00c9", "base32-invalid"),
        ("hex", "two-bytes", "00ff", "ok"),
        ("hex", "upper-case", "00FF", "hex-invalid"),
        ("hex", "too-short", "00f", "hex-invalid"),
        ("hex", "too-long", "00ff00", "hex-invalid"),
        ("hex", "space", "00 f", "hex-invalid"),
        ("hex", "line-feed", "00f\n", "hex-invalid"),
    ]
    for reader, name, text, expect in rows:
        given = {"reader": reader, "text": text}
        if expect == "ok":
            folder.good(f"{reader}-{name}", given, f"{reader}: {name.replace('-', ' ')}")
        else:
            folder.bad(f"{reader}-{name}", given, expect, f"{reader}: {name.replace('-', ' ')}")


def make_keys() -> None:
    folder = Folder("wire/key")
    for case in RFC_8032:
        public = case["public"]
        key = b64url_encode(bytes.fromhex(public))
        folder.good(
            f"rfc8032-{case['name']}", {"key": key}, "RFC 8032 section 7.1", {"raw": public}
        )
    for number, point in enumerate(curve.torsion_points()):
        text = b64url_encode(curve.encode(point))
        folder.bad(f"small-order-{number}", {"key": text}, "key-invalid", "a point of small order")
        mixed = curve.add(curve.multiply(12345, curve.BASE), point)
        if number:
            text = b64url_encode(curve.encode(mixed))
            folder.bad(f"mixed-order-{number}", {"key": text}, "key-invalid", "a torsion part")
    for y in range(curve.P, 2**255):
        for sign in (0, 1):
            raw = (y | sign << 255).to_bytes(32, "little")
            folder.bad(
                f"not-canonical-{y - curve.P:02}-{sign}",
                {"key": b64url_encode(raw)},
                "key-invalid",
                "y is not below the prime",
            )
    negative_zero = (1 | 1 << 255).to_bytes(32, "little")
    folder.bad("minus-zero-x", {"key": b64url_encode(negative_zero)}, "key-invalid", "x is -0")
    off = next(y for y in range(2, 99) if curve.x_of(y) is None).to_bytes(32, "little")
    folder.bad("off-the-curve", {"key": b64url_encode(off)}, "key-invalid", "no such point")
    text = KEY.public.text
    folder.bad("31-bytes", {"key": b64url_encode(KEY.public.raw[:31])}, "key-malformed", "short")
    folder.bad("33-bytes", {"key": b64url_encode(KEY.public.raw + b"\0")}, "key-malformed", "long")
    folder.bad("padded", {"key": text + "="}, "base64url-invalid", "padding")
    stray = text[:-1] + chr(ord(text[-1]) + 1)
    folder.bad("stray-bits", {"key": stray}, "base64url-invalid", "the last character's spare bits")


def make_signatures() -> None:
    folder = Folder("wire/signature")

    def given(key: bytes, data: bytes, signature: bytes) -> dict[str, str]:
        return {"key": b64url_encode(key), "data": data.hex(), "signature": signature.hex()}

    for case in RFC_8032:
        public, data, signature = (
            bytes.fromhex(case[part]) for part in ("public", "message", "signature")
        )
        folder.good(
            f"rfc8032-{case['name']}",
            given(public, data, signature),
            "RFC 8032 section 7.1",
            {"seed": case["secret"], "signature": case["signature"]},
        )
    data, key = b"una prueba", KEY.public.raw
    good = KEY.sign(data)
    scalar = int.from_bytes(good[32:], "little")
    secret, nonce = 12345, 67890
    own = curve.encode(curve.multiply(secret, curve.BASE))
    r_point = curve.multiply(nonce, curve.BASE)
    torsion = curve.torsion_points()
    rows: dict[str, tuple[bytes, bytes, str]] = {
        "s-plus-order": (key, good[:32] + (scalar + curve.L).to_bytes(32, "little"), "S >= L"),
        "s-is-order": (key, good[:32] + curve.L.to_bytes(32, "little"), "S = L"),
        "all-zero": (key, bytes(64), "nothing signed"),
        "r-changed": (key, bytes([good[0] ^ 1]) + good[1:], "one bit of R"),
        "s-changed": (key, good[:32] + bytes([good[32] ^ 1]) + good[33:], "one bit of S"),
        "other-key": (OTHER.public.raw, good, "signed by another key"),
        "63-bytes": (key, good[:63], "a byte is missing"),
        "65-bytes": (key, good + b"\0", "a byte too many"),
    }
    for number, point in enumerate(torsion):
        small = curve.sign(secret, own, 0, curve.encode(point), data)
        rows[f"r-small-order-{number}"] = (own, small, "R is a point of small order")
        if number:
            r = curve.encode(curve.add(r_point, point))
            mixed = curve.sign(secret, own, nonce, r, data)
            rows[f"r-mixed-order-{number}"] = (own, mixed, "fits only with the cofactor")
    not_canonical = (curve.P + 1).to_bytes(32, "little")
    rows["r-not-canonical"] = (
        own,
        curve.sign(secret, own, 0, not_canonical, data),
        "R's y is not below the prime",
    )
    for name, (by, signature_raw, why) in rows.items():
        folder.bad(name, given(by, data, signature_raw), "signature-invalid", why)
    plain = curve.sign(secret, own, nonce, curve.encode(r_point), data)
    folder.good("own-arithmetic", given(own, data, plain), "made by plain curve arithmetic")


HEADER: dict[str, Any] = {
    "alg": "Ed25519",
    "b64": False,
    "crit": ["b64"],
    "kid": KEY.public.text,
}
PAYLOAD: dict[str, Any] = {
    "acuerdo": 1,
    "ledger": LEDGER,
    "kind": "position/take",
    "audience": "community",
    "nonce": "AAECAwQFBgcICQoLDA0ODw",
    "body": {"proposal": PROPOSAL, "choice": "agree", "reason": None},
}


def dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def envelope(payload: str, header: str) -> dict[str, str]:
    """Sign whatever is given: one fault at a time, never a wrong signature besides."""
    protected = b64url_encode(header.encode())
    signature = KEY.sign(f"{protected}.{payload}".encode())
    return {
        "payload": payload,
        "protected": protected,
        "signature": b64url_encode(signature),
    }


def message(payload: str | None = None, header: str | None = None) -> bytes:
    made = envelope(dump(PAYLOAD) if payload is None else payload, header or dump(HEADER))
    return dump(made).encode()


def gives(raw: bytes) -> dict[str, Any]:
    made = json.loads(raw)
    signing_input = f"{made['protected']}.{made['payload']}".encode()
    return {
        "id": hashlib.sha256(signing_input).hexdigest(),
        "author": KEY.public.text,
        "kind": json.loads(made["payload"])["kind"],
    }


def make_messages() -> None:
    folder = Folder("wire/message")
    made = envelope(dump(PAYLOAD), dump(HEADER))
    good = {
        "position": message(),
        "inception": message(dump(PAYLOAD | {"kind": "identity/inception", "ledger": ""})),
        "public": message(dump(PAYLOAD | {"audience": "public"})),
        "federation": message(dump(PAYLOAD | {"audience": f"federation:{PROPOSAL}"})),
        "kind-of-a-later-version": message(dump(PAYLOAD | {"kind": "position/take/2"})),
        "empty-body": message(dump(PAYLOAD | {"body": {}})),
        "other-scripts": message(dump(PAYLOAD | {"body": {"text": "ñandú, 合意, اتفاق, 🌽"}})),
        "members-in-another-order": dump(dict(reversed(made.items()))).encode(),
        "header-in-another-order": message(None, dump(dict(reversed(HEADER.items())))),
        "payload-in-another-order": message(dump(dict(reversed(PAYLOAD.items())))),
        "spaces-in-the-envelope": json.dumps(made).encode(),
        "spaces-in-the-payload": message(json.dumps(PAYLOAD)),
        "escapes-in-the-envelope": dump(made).replace("/", "\\/").encode(),
    }
    for name, raw in good.items():
        folder.good(name, as_given(raw), name.replace("-", " "), gives(raw))
    for name, (raw, code) in (bad_envelopes(made) | bad_headers() | bad_payloads()).items():
        folder.bad(name, as_given(raw), code, name.replace("-", " "))


def bad_envelopes(made: dict[str, str]) -> dict[str, tuple[bytes, str]]:
    raw = dump(made).encode()
    signature = made["signature"]
    other = b64url_encode(OTHER.sign(f"{made['protected']}.{made['payload']}".encode()))

    def change(**members: object) -> bytes:
        return dump(made | members).encode()

    without = {name: text for name, text in made.items() if name != "signature"}
    stray = signature[:-1] + chr(ord(signature[-1]) + 1)
    padding = dump(PAYLOAD | {"body": {"text": "x" * 60_000}})
    return {
        "envelope-a-list": (b"[" + raw + b"]", "message-envelope"),
        "envelope-without-signature": (dump(without).encode(), "message-envelope"),
        "envelope-with-header": (change(header={}), "message-envelope"),
        "envelope-payload-an-object": (change(payload=PAYLOAD), "message-envelope"),
        "envelope-payload-twice": (raw[:-1] + b',"payload":""}', "json-duplicate-key"),
        "envelope-line-feed-after": (raw + b"\n", "message-control"),
        "envelope-tab-inside": (raw.replace(b'{"pay', b'{\t"pay', 1), "message-control"),
        "envelope-space-before": (b" " + raw, "json-invalid"),
        "envelope-byte-order-mark": (b"\xef\xbb\xbf" + raw, "json-invalid"),
        "envelope-compact-jws": (".".join(made.values()).encode(), "json-invalid"),
        "envelope-too-long": (message(padding), "message-too-long"),
        "signature-padded": (change(signature=signature + "=="), "base64url-invalid"),
        "signature-stray-bits": (change(signature=stray), "base64url-invalid"),
        "signature-63-bytes": (change(signature=signature[:84]), "message-signature"),
        "signature-by-another-key": (change(signature=other), "signature-invalid"),
        "payload-changed-after-signing": (raw.replace(b"agree", b"block"), "signature-invalid"),
        "payload-space-added-after-signing": (
            change(payload=made["payload"].replace(",", ", ", 1)),
            "signature-invalid",
        ),
        "protected-padded": (change(protected=made["protected"] + "="), "base64url-invalid"),
        "protected-not-json": (change(protected="AAAA"), "json-invalid"),
    }


def bad_headers() -> dict[str, tuple[bytes, str]]:
    torsion = curve.torsion_points()
    mixed = curve.add(curve.multiply(12345, curve.BASE), torsion[1])

    def header(**members: object) -> bytes:
        return message(None, dump(HEADER | members))

    def without(name: str) -> bytes:
        return message(None, dump({key: v for key, v in HEADER.items() if key != name}))

    return {
        "header-alg-none": (header(alg="none"), "message-algorithm"),
        "header-alg-eddsa": (header(alg="EdDSA"), "message-algorithm"),
        "header-alg-missing": (without("alg"), "message-header"),
        "header-b64-true": (header(b64=True), "message-header"),
        "header-b64-zero": (header(b64=0), "message-header"),
        "header-b64-missing": (without("b64"), "message-header"),
        "header-crit-missing": (without("crit"), "message-header"),
        "header-crit-empty": (header(crit=[]), "message-header"),
        "header-crit-more": (header(crit=["b64", "exp"]), "message-header"),
        "header-member-unknown": (header(typ="JOSE"), "message-header"),
        "header-alg-twice": (
            message(None, '{"alg":"none",' + dump(HEADER)[1:]),
            "json-duplicate-key",
        ),
        "header-kid-a-number": (header(kid=1), "message-header"),
        "header-kid-short": (header(kid=b64url_encode(bytes(31))), "key-malformed"),
        "header-kid-small-order": (
            header(kid=b64url_encode(curve.encode(torsion[1]))),
            "key-invalid",
        ),
        "header-kid-mixed-order": (header(kid=b64url_encode(curve.encode(mixed))), "key-invalid"),
        "header-too-long": (
            message(None, dump(HEADER)[:-1] + " " * 300 + "}"),
            "message-header",
        ),
    }


def bad_payloads() -> dict[str, tuple[bytes, str]]:
    def payload(**members: object) -> bytes:
        return message(dump(PAYLOAD | members))

    def body(text: str) -> bytes:
        return message(dump(PAYLOAD | {"body": 0}).replace('"body":0', f'"body":{text}'))

    def without(name: str) -> bytes:
        return message(dump({key: v for key, v in PAYLOAD.items() if key != name}))

    deep = "[" * 15 + "]" * 15
    return {
        "payload-a-list": (message(f"[{dump(PAYLOAD)}]"), "message-payload"),
        "payload-empty": (message(""), "json-invalid"),
        "payload-without-nonce": (without("nonce"), "message-payload"),
        "payload-member-unknown": (payload(time=1), "message-payload"),
        "payload-kind-twice": (
            message(dump(PAYLOAD)[:-1] + ',"kind":"a/b"}'),
            "json-duplicate-key",
        ),
        "payload-line-feed-inside": (message(dump(PAYLOAD)[:-1] + "\n}"), "message-control"),
        "version-2": (payload(acuerdo=2), "message-version"),
        "version-true": (payload(acuerdo=True), "message-version"),
        "version-text": (payload(acuerdo="1"), "message-version"),
        "ledger-upper-case": (payload(ledger=LEDGER.upper()), "message-ledger"),
        "ledger-short": (payload(ledger=LEDGER[:-1]), "message-ledger"),
        "ledger-a-number": (payload(ledger=1), "message-ledger"),
        "ledger-empty": (payload(ledger=""), "message-ledger"),
        "ledger-of-an-inception": (payload(kind="identity/inception"), "message-ledger"),
        "kind-without-slash": (payload(kind="position"), "message-kind"),
        "kind-upper-case": (payload(kind="Position/take"), "message-kind"),
        "kind-line-feed": (payload(kind="position/take\n"), "message-kind"),
        "kind-too-long": (payload(kind="a" * 62 + "/ab"), "message-kind"),
        "kind-missing-word": (payload(kind="position/"), "message-kind"),
        "audience-unknown": (payload(audience="friends"), "message-audience"),
        "audience-federation-without-id": (payload(audience="federation:"), "message-audience"),
        "audience-a-list": (payload(audience=["public"]), "message-audience"),
        "nonce-15-bytes": (payload(nonce=b64url_encode(bytes(15))), "message-nonce"),
        "nonce-17-bytes": (payload(nonce=b64url_encode(bytes(17))), "message-nonce"),
        "nonce-stray-bits": (payload(nonce="A" * 21 + "B"), "message-nonce"),
        "nonce-padded": (payload(nonce="A" * 22 + "=="), "message-nonce"),
        "body-a-list": (payload(body=[]), "message-body"),
        "body-null": (payload(body=None), "message-body"),
        "body-key-twice": (body('{"a":1,"a":2}'), "json-duplicate-key"),
        "body-fraction": (body('{"a":0.5}'), "json-number"),
        "body-integer-2-to-53": (body('{"a":9007199254740992}'), "json-number"),
        "body-lone-surrogate": (body(r'{"a":"\ud800"}'), "json-lone-surrogate"),
        "body-depth-17": (body(f'{{"a":{deep}}}'), "json-too-deep"),
        "body-too-many-values": (body('{"a":[' + "0," * 10_000 + "0]}"), "json-too-many"),
    }


if __name__ == "__main__":
    make_json()
    make_text()
    make_keys()
    make_signatures()
    make_messages()
