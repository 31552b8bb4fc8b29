/**
 * A receipt: what a member keeps to prove that her entry is in the ledger (C2SP tlog-proof;
 * docs/spec/receipt.md). It checks without any network.
 *
 *     c2sp.org/tlog-proof@v1
 *     index <number>
 *     <base64 hash>            the inclusion path, the leaf's sibling first
 *                              (an empty line)
 *     <checkpoint note with cosignatures>
 */

import { malformed } from '../wire/errors.js';
import { MAX_PROOF_HASHES, MAX_RECEIPT_BYTES } from '../wire/limits.js';
import { b64Decode, readDecimal } from '../wire/text.js';
import { openCheckpoint } from './checkpoint.js';
import { readCosignatures } from './cosignature.js';
import { verifyInclusion } from './merkle.js';

const HEADER = 'c2sp.org/tlog-proof@v1';
const INDEX = 'index ';
const LINE_FEED = 0x0a;

/**
 * A receipt as read; nothing is checked yet.
 *
 * @typedef {Readonly<{index: number, proof: Uint8Array[], note: Uint8Array}>} ReceiptParts
 *
 * A receipt that holds: the leaf is number `index` under this head.
 *
 * @typedef {Readonly<{
 *   index: number,
 *   proof: Uint8Array[],
 *   checkpoint: import('./checkpoint.js').Checkpoint,
 *   cosignatures: import('./cosignature.js').Cosignature[],
 *   note: Uint8Array,
 * }>} Receipt
 */

/**
 * @param {Uint8Array} raw
 * @returns {ReceiptParts}
 * @throws {ProtocolError}
 */
export function readReceipt(raw) {
  if (raw.length > MAX_RECEIPT_BYTES) {
    throw malformed('receipt-malformed', 'the receipt is too long');
  }
  const end = emptyLine(raw);
  const head = raw.subarray(0, end);
  if (head.some((byte) => byte > 0x7f)) {
    throw malformed('receipt-malformed', 'not text');
  }
  const lines = Array.from(head, (byte) => String.fromCharCode(byte)).join('').split('\n');
  const begins = lines.length >= 2 && lines[0] === HEADER && lines[1].startsWith(INDEX);
  if (end === raw.length || !begins) {
    throw malformed('receipt-malformed', 'expected the header, index, path, and a note');
  }
  if (lines.length - 2 > MAX_PROOF_HASHES) {
    throw malformed('receipt-malformed', `more than ${MAX_PROOF_HASHES} hashes`);
  }
  const index = readDecimal(lines[1].slice(INDEX.length));
  const proof = lines.slice(2).map(b64Decode);
  return Object.freeze({ index, proof, note: raw.slice(end + 2) });
}

/**
 * Reads a receipt and checks it for a leaf hash.
 *
 * @param {Uint8Array} raw
 * @param {Uint8Array} leaf hash of the entry that it is about
 * @param {import('../wire/keys.js').PublicKey} logKey
 * @param {{
 *   origin?: string | null,
 *   witnesses?: Map<string, import('../wire/keys.js').PublicKey>,
 * }} [expected] the ledger, any by default; whose cosignatures to look for: who must be among
 *     them is the caller's rule
 * @returns {Receipt}
 * @throws {ProtocolError}
 */
export function openReceipt(raw, leaf, logKey, { origin = null, witnesses = new Map() } = {}) {
  const { index, proof, note } = readReceipt(raw);
  const checkpoint = openCheckpoint(note, logKey, origin);
  verifyInclusion(leaf, index, checkpoint.size, proof, checkpoint.root);
  const cosignatures = readCosignatures(note, witnesses);
  return Object.freeze({ index, proof, checkpoint, cosignatures, note });
}

/** Where the first empty line begins; at the end of the bytes if there is none. */
function emptyLine(raw) {
  let at = 0;
  while (at < raw.length && !(raw[at] === LINE_FEED && raw[at + 1] === LINE_FEED)) {
    at += 1;
  }
  return at;
}
