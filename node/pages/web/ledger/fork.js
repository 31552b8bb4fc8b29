/**
 * Fork evidence: two signed heads of one ledger that cannot both be true (docs/spec/fork.md).
 */

import { DIGEST_BYTES, equal } from '../wire/bytes.js';
import { hex32, nullable, optional, readBody, rows, text } from '../wire/bodies.js';
import { ProtocolError, refused, unauthentic } from '../wire/errors.js';
import { readJson } from '../wire/json.js';
import { MAX_EVIDENCE_BYTES, MAX_HEAD_CHARS, MAX_PROOF_HASHES } from '../wire/limits.js';
import { hexDecode, utf8Encode } from '../wire/text.js';
import { openCheckpoint, originOf } from './checkpoint.js';
import { verifyConsistency } from './merkle.js';

const EVIDENCE = {
  ledger: hex32,
  first: text(1, MAX_HEAD_CHARS),
  second: text(1, MAX_HEAD_CHARS),
  root: optional(nullable(hex32), null),
  proof: optional(rows(hex32, MAX_PROOF_HASHES), Object.freeze([])),
};

/**
 * @typedef {{ledger: string, first: string, second: string, root: string | null, proof: string[]}}
 *     ForkEvidence
 */

/**
 * Reads evidence; whether it shows a fork is the question of `verifyEvidence`.
 *
 * @param {Uint8Array} raw
 * @returns {ForkEvidence}
 * @throws {ProtocolError}
 */
export const readEvidence = (raw) =>
  readBody(EVIDENCE, readJson(raw, { maxBytes: MAX_EVIDENCE_BYTES }));

/**
 * Checks that the evidence shows a fork of this ledger.
 *
 * @param {ForkEvidence} evidence
 * @param {string} ledger
 * @param {import('../wire/keys.js').PublicKey[]} logKeys every key that ever signed for it
 * @returns {{first: import('./checkpoint.js').Checkpoint, second: import('./checkpoint.js').Checkpoint}}
 *     the second is at least as large
 * @throws {ProtocolError} `fork-not-shown` if both heads can be true
 */
export function verifyEvidence(evidence, ledger, logKeys) {
  if (evidence.ledger !== ledger) {
    throw unauthentic('fork-ledger', 'the evidence is about another ledger');
  }
  const first = open(evidence.first, ledger, logKeys);
  const second = open(evidence.second, ledger, logKeys);
  let shown;
  if (first.size === second.size) {
    const nothingElse = evidence.root === null && evidence.proof.length === 0;
    shown = nothingElse && !equal(first.root, second.root);
  } else {
    const root = hexDecode(evidence.root ?? '', DIGEST_BYTES);
    const proof = evidence.proof.map((known) => hexDecode(known, DIGEST_BYTES));
    verifyConsistency(first.size, second.size, root, second.root, proof);
    shown = !equal(first.root, root);
  }
  if (!shown) {
    throw refused('fork-not-shown', 'both heads can be true, or the evidence says too much');
  }
  return { first, second };
}

function open(note, ledger, logKeys) {
  for (const key of logKeys) {
    try {
      return openCheckpoint(utf8Encode(note), key, originOf(ledger));
    } catch (problem) {
      if (!(problem instanceof ProtocolError) || problem.family !== 'unauthentic') {
        throw problem;
      }
    }
  }
  throw unauthentic('fork-unsigned', 'a head is not signed by a key of the ledger');
}
