/** Bytes: joined, compared, hashed. SHA-256 is the only digest of the protocol. */

import { sha256 as digest } from '@noble/hashes/sha2.js';

export const DIGEST_BYTES = 32;

/**
 * Our own SHA-256 and not the browser's: that one is missing on plain http, and cannot answer
 * at once.
 *
 * @param {Uint8Array} data
 * @returns {Uint8Array}
 */
export const sha256 = (data) => digest(data);

/** @param {...Uint8Array} parts @returns {Uint8Array} */
export function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** @param {Uint8Array} one @param {Uint8Array} other @returns {boolean} */
export const equal = (one, other) =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);

/** Where a byte other than `allowed` is below 0x20. @param {Uint8Array} raw @returns {boolean} */
export const hasControls = (raw, allowed = -1) =>
  raw.some((byte) => byte < 0x20 && byte !== allowed);
