/**
 * Text to values and back, each with one spelling (docs/spec/wire.md, "Text").
 *
 * The browser's own readers are generous: Number() takes " 7" and "0x7", atob() skips spaces and
 * drops stray bits. So a value is written back and compared where no exact pattern decides.
 */

import { malformed } from './errors.js';
import { MAX_INTEGER, MAX_INTEGER_DIGITS } from './limits.js';

const DECIMAL = /^(?:0|[1-9][0-9]*)$/;
const HEX = /^[0-9a-f]*$/;

const encoder = new TextEncoder();
// Told to ignore a byte order mark, the decoder keeps it as a character: nothing is dropped.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @param {string} text without lone surrogates @returns {Uint8Array} */
export const utf8Encode = (text) => encoder.encode(text);

/** @param {Uint8Array} raw @returns {string | null} null for what is not UTF-8 */
export function utf8Decode(raw) {
  try {
    return decoder.decode(raw);
  } catch {
    return null;
  }
}

/** Characters as the protocol counts them: code points. @param {string} text @returns {number} */
export function countCharacters(text) {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at += 1) {
    if (isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1))) {
      count -= 1;
    }
  }
  return count;
}

const isHigh = (unit) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit) => unit >= 0xdc00 && unit <= 0xdfff;

/**
 * A plain decimal from 0 to 2^53 - 1.
 *
 * @param {string} text
 * @returns {number}
 * @throws {ProtocolError} decimal-invalid
 */
export function readDecimal(text) {
  if (text.length <= MAX_INTEGER_DIGITS && DECIMAL.test(text)) {
    const value = Number(text);
    if (value <= MAX_INTEGER) {
      return value;
    }
  }
  throw malformed('decimal-invalid', 'expected a plain decimal number up to 2^53-1');
}

/** Standard base64 with padding, as notes use it. @param {Uint8Array} data @returns {string} */
export function b64Encode(data) {
  let binary = '';
  for (const byte of data) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary);
}

/**
 * @param {string} text
 * @returns {Uint8Array}
 * @throws {ProtocolError} base64-invalid
 */
export function b64Decode(text) {
  const data = lenientDecode(text);
  if (data === null || b64Encode(data) !== text) {
    throw malformed('base64-invalid', 'expected standard base64 with padding');
  }
  return data;
}

/** Base64url without padding, as JOSE uses it. @param {Uint8Array} data @returns {string} */
export const b64urlEncode = (data) =>
  b64Encode(data).replace(/=+$/, '').replace(/\+/g, '-').replace(/\//g, '_');

/**
 * @param {string} text
 * @returns {Uint8Array}
 * @throws {ProtocolError} base64url-invalid
 */
export function b64urlDecode(text) {
  const data = lenientDecode(text.replace(/-/g, '+').replace(/_/g, '/'));
  if (data === null || b64urlEncode(data) !== text) {
    throw malformed('base64url-invalid', 'expected base64url without padding');
  }
  return data;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Base32 in capitals without padding, as QR codes hold it best. @param {Uint8Array} data @returns {string} */
export function b32Encode(data) {
  let [text, held, bits] = ['', 0, 0];
  for (const byte of data) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + BASE32[(held << (5 - bits)) & 31];
}

/**
 * @param {string} text
 * @returns {Uint8Array}
 * @throws {ProtocolError} base32-invalid
 */
export function b32Decode(text) {
  const data = new Uint8Array(Math.floor((text.length * 5) / 8));
  let [held, bits, at] = [0, 0, 0];
  for (const letter of text) {
    held = ((held << 5) | BASE32.indexOf(letter)) & 4095;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      data[at] = held >> bits;
      at += 1;
    }
  }
  // What is not of the alphabet, and stray bits, come out otherwise when written again.
  if (b32Encode(data) !== text) {
    throw malformed('base32-invalid', 'expected base32 in capitals without padding');
  }
  return data;
}

/** @param {Uint8Array} data @returns {string} lower case */
export function hexEncode(data) {
  let text = '';
  for (const byte of data) {
    text += (byte < 16 ? '0' : '') + byte.toString(16);
  }
  return text;
}

/**
 * Exactly `length` bytes of lower-case hex.
 *
 * @param {string} text
 * @param {number} length
 * @returns {Uint8Array}
 * @throws {ProtocolError} hex-invalid
 */
export function hexDecode(text, length) {
  if (text.length !== 2 * length || !HEX.test(text)) {
    throw malformed('hex-invalid', `expected ${2 * length} lower-case hex digits`);
  }
  const data = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) {
    data[at] = parseInt(text.slice(2 * at, 2 * at + 2), 16);
  }
  return data;
}

function lenientDecode(text) {
  let binary;
  try {
    binary = atob(text);
  } catch {
    return null;
  }
  const data = new Uint8Array(binary.length);
  for (let at = 0; at < data.length; at += 1) {
    data[at] = binary.charCodeAt(at);
  }
  return data;
}
