/** The number by which two people, or one with two devices, compare a key. */

import { sha256 } from '../wire/bytes.js';
import { b64urlDecode, hexEncode } from '../wire/text.js';

const DIGITS = 20;

/**
 * @param {string} key public key, base64url
 * @returns {string} twenty digits in groups of four: no language needed
 */
export function checkNumber(key) {
  const number = BigInt(`0x${hexEncode(sha256(b64urlDecode(key)))}`) % 10n ** BigInt(DIGITS);
  return number.toString().padStart(DIGITS, '0').match(/.{4}/g).join(' ');
}
