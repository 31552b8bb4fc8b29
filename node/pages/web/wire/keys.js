/**
 * Ed25519 under the one rule of docs/spec/keys.md, whatever the browser's own library does.
 *
 * 1. A public key is 32 bytes, canonical, not of small order, on the curve, without torsion.
 * 2. S is below the group order.
 * 3. R is canonical and not of small order.
 * 4. The encoding of S·B - k·A equals the bytes of R: no cofactor.
 *
 * 4 is computed here as it is written, and not left to the library's verifier, which multiplies by
 * the cofactor. What S·B - k·A encodes to has no torsion part, because B and A have none; so no R
 * with one can equal it.
 */

import { Point, getPublicKey, hashes, sign as signWithSeed } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';

import { concat, equal } from './bytes.js';
import { malformed, unauthentic } from './errors.js';
import { KEY_BYTES, KEY_CACHE_SIZE, SEED_BYTES, SIGNATURE_BYTES } from './limits.js';
import { b64urlDecode, b64urlEncode, hexEncode } from './text.js';

const { p: PRIME, n: ORDER } = Point.CURVE();
const TORSION_Y = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
const SMALL_ORDER_Y = new Set([0n, 1n, PRIME - 1n, TORSION_Y, PRIME - TORSION_Y]);
const SIGN_BIT = 1n << 255n;

// The library's signing is synchronous only with a hash handed in; its own needs https.
hashes.sha512 = sha512;

/**
 * A key that passed rule 1; made by the functions below only.
 *
 * @typedef {Readonly<{raw: Uint8Array, text: string}>} PublicKey `text` is base64url
 */

// The curve point of every key made here; an object that merely looks like a key has none.
const points = new WeakMap();

// Accepting a key costs as much as checking a signature, and the same few keys come again and
// again: remembered by text, the oldest forgotten first.
const accepted = new Map();

/**
 * @param {string} text 43 characters of base64url
 * @returns {PublicKey}
 * @throws {ProtocolError} base64url-invalid, key-malformed, key-invalid
 */
export function readPublicKey(text) {
  return accepted.get(text) ?? admit(b64urlDecode(text));
}

/**
 * @param {Uint8Array} raw 32 bytes, as notes carry them
 * @returns {PublicKey}
 * @throws {ProtocolError} key-malformed, key-invalid
 */
export function readRawPublicKey(raw) {
  return accepted.get(b64urlEncode(raw)) ?? admit(Uint8Array.from(raw));
}

/**
 * Checks that `key` signed exactly `data`.
 *
 * @param {PublicKey} key
 * @param {Uint8Array} signature
 * @param {Uint8Array} data
 * @throws {ProtocolError} signature-invalid
 */
export function verify(key, signature, data) {
  if (signature.length !== SIGNATURE_BYTES) {
    throw unauthentic('signature-invalid', 'a signature has 64 bytes');
  }
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= ORDER) {
    throw unauthentic('signature-invalid', 'S is not below the group order');
  }
  if (!isCanonicalAndLarge(r)) {
    throw unauthentic('signature-invalid', 'R is not canonical or has small order');
  }
  const k = littleEndian(sha512(concat(r, key.raw, data))) % ORDER;
  const expected = Point.BASE.multiply(s, false).add(points.get(key).negate().multiply(k, false));
  if (!equal(expected.toBytes(), r)) {
    throw unauthentic('signature-invalid', 'the signature does not fit key and data');
  }
}

/**
 * A key that signs, from a seed that a page holds itself.
 *
 * @typedef {{public: PublicKey, sign: (data: Uint8Array) => Uint8Array}} PrivateKey
 * @param {Uint8Array} seed 32 bytes; they are copied
 * @returns {PrivateKey}
 */
export function keyOfSeed(seed) {
  if (seed.length !== SEED_BYTES) {
    throw new RangeError('a seed has 32 bytes');
  }
  const own = Uint8Array.from(seed);
  const raw = getPublicKey(own);
  return { public: remember(raw, pointAt(raw)), sign: (data) => signWithSeed(data, own) };
}

function admit(raw) {
  if (raw.length !== KEY_BYTES) {
    throw malformed('key-malformed', 'a public key has 32 bytes');
  }
  if (!isCanonicalAndLarge(raw)) {
    throw unauthentic('key-invalid', 'the key is not canonical or has small order');
  }
  const point = pointAt(raw);
  if (point === null || !point.isTorsionFree()) {
    throw unauthentic('key-invalid', 'the key is not on the curve or not of full order');
  }
  return remember(raw, point);
}

function remember(raw, point) {
  const key = Object.freeze({ raw, text: b64urlEncode(raw) });
  points.set(key, point);
  if (accepted.size >= KEY_CACHE_SIZE) {
    accepted.delete(accepted.keys().next().value);
  }
  accepted.set(key.text, key);
  return key;
}

function pointAt(raw) {
  try {
    return Point.fromBytes(raw, false);
  } catch {
    return null;
  }
}

function isCanonicalAndLarge(point) {
  const y = littleEndian(point) % SIGN_BIT;
  return y < PRIME && !SMALL_ORDER_Y.has(y);
}

const littleEndian = (bytes) => BigInt(`0x${hexEncode(Uint8Array.from(bytes).reverse())}`);
