/**
 * Heads and receipts under a key chain: which key signs depends on the size that the head claims,
 * and a chain says which one that is.
 */

import { leafHash, readEntry } from '../ledger/entry.js';
import { openCheckpoint, originOf, readCheckpoint } from '../ledger/checkpoint.js';
import { readNote } from '../ledger/note.js';
import { openReceipt, readReceipt } from '../ledger/receipt.js';
import { inconsistent } from '../wire/errors.js';
import { verifyMessage } from '../wire/message.js';
import { keysAt } from './chain.js';

/**
 * Reads a head of the chain's community.
 *
 * @param {Uint8Array} raw the note
 * @param {import('./chain.js').Chain} chain
 * @returns {import('../ledger/checkpoint.js').Checkpoint}
 * @throws {ProtocolError}
 */
export const openHead = (raw, chain) =>
  openCheckpoint(raw, logKeyOf(raw, chain), originOf(chain.community));

/**
 * An entry with the receipt that proves it.
 *
 * @typedef {Readonly<{
 *   entry: import('../ledger/entry.js').Entry,
 *   leaf: Uint8Array,
 *   receipt: import('../ledger/receipt.js').Receipt,
 * }>} Proof
 *
 * Checks an entry of the chain's community whole: its author's signature, its place, and the head
 * above it.
 *
 * @param {Uint8Array} entryRaw
 * @param {Uint8Array} receiptRaw
 * @param {import('./chain.js').Chain} chain
 * @param {Map<string, import('../wire/keys.js').PublicKey>} [witnesses] whose cosignatures to look for
 * @returns {Proof}
 * @throws {ProtocolError}
 */
export function openProof(entryRaw, receiptRaw, chain, witnesses = new Map()) {
  const entry = readEntry(entryRaw);
  verifyMessage(entry.message);
  const logKey = logKeyOf(readReceipt(receiptRaw).note, chain);
  const leaf = leafHash(entryRaw);
  const origin = originOf(chain.community);
  const receipt = openReceipt(receiptRaw, leaf, logKey, { origin, witnesses });
  if (receipt.index !== entry.index) {
    throw inconsistent('receipt-other', 'the receipt is for another place');
  }
  return Object.freeze({ entry, leaf, receipt });
}

const logKeyOf = (note, chain) => keysAt(chain, readCheckpoint(readNote(note).text).size).log;
