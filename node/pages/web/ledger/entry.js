/**
 * An entry: a message at its place in a ledger (docs/spec/entry.md).
 *
 *     {"index":41,"received":1700000000,"salt":"<22 characters>","message":{...}}
 *
 * One line, one spelling, the message verbatim. The salt makes the leaf hash hide what it says.
 */

import { malformed } from '../wire/errors.js';
import { MAX_ENTRY_BYTES } from '../wire/limits.js';
import { readMessage } from '../wire/message.js';
import { b64urlDecode, readDecimal } from '../wire/text.js';

export { leafHash } from './merkle.js';

const START =
  /^\{"index":([0-9]{1,16}),"received":([0-9]{1,16}),"salt":"([A-Za-z0-9_-]{22})","message":\{/;
const LONGEST_START = 128;
const CLOSING_BRACE = 0x7d;

/**
 * An entry as read; the signature of its message is not yet checked.
 *
 * @typedef {Readonly<{
 *   index: number,
 *   received: number,
 *   salt: Uint8Array,
 *   message: import('../wire/message.js').Message,
 *   raw: Uint8Array,
 * }>} Entry
 *
 * @param {Uint8Array} raw
 * @returns {Entry}
 * @throws {ProtocolError}
 */
export function readEntry(raw) {
  if (raw.length > MAX_ENTRY_BYTES) {
    throw malformed('entry-too-long', `more than ${MAX_ENTRY_BYTES} bytes`);
  }
  const parts = START.exec(String.fromCharCode(...raw.subarray(0, LONGEST_START)));
  const messageAt = parts === null ? 0 : parts[0].length - 1;
  const messageRaw = raw.subarray(messageAt, -1);
  const [end, beforeEnd] = [raw[raw.length - 1], messageRaw[messageRaw.length - 1]];
  const closed = end === CLOSING_BRACE && beforeEnd === CLOSING_BRACE;
  if (parts === null || messageRaw.length < 2 || !closed) {
    throw malformed('entry-malformed', 'expected index, received, salt and message, compact');
  }
  const [, index, received, salt] = parts;
  return Object.freeze({
    index: readDecimal(index),
    received: readDecimal(received),
    salt: b64urlDecode(salt),
    message: readMessage(messageRaw),
    raw,
  });
}
