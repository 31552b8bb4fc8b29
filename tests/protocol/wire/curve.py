"""The Ed25519 curve in the plainest arithmetic, to make keys and signatures that no library makes.

Affine points as pairs (x, y); slow, not constant-time, for tests only.
"""

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
NEUTRAL = (0, 1)

Point = tuple[int, int]


def add(a: Point, b: Point) -> Point:
    product = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + product, -1, P)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P)
    return x % P, y % P


def multiply(scalar: int, point: Point) -> Point:
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def x_of(y: int) -> int | None:
    """The even x of this y, or none if there is no such point."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P:
        return None
    return x if x % 2 == 0 else P - x


def encode(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def _base() -> Point:
    y = 4 * pow(5, -1, P) % P
    x = x_of(y)
    assert x is not None
    return x, y


def torsion_points() -> list[Point]:
    """The eight points of small order, the neutral one first."""
    y = 2
    while True:
        y += 1
        x = x_of(y)
        if x is None:
            continue
        generator = multiply(L, (x, y))
        if multiply(4, generator) != NEUTRAL:
            return [multiply(times, generator) for times in range(8)]


BASE = _base()


def challenge(r: bytes, key: bytes, data: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + key + data).digest(), "little") % L


def sign(secret: int, key: bytes, nonce: int, r: bytes, data: bytes) -> bytes:
    """A signature with any R that the caller wants, even one of mixed order."""
    s = (nonce + challenge(r, key, data) * secret) % L
    return r + s.to_bytes(32, "little")
