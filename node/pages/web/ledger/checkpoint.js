/**
 * A checkpoint: the signed head of a ledger (C2SP tlog-checkpoint; docs/spec/checkpoint.md).
 *
 *     acuerdo/l/<community id>
 *     <size>
 *     <base64 root>
 */

import { DIGEST_BYTES, equal } from '../wire/bytes.js';
import { inconsistent, malformed, unauthentic } from '../wire/errors.js';
import { b64Decode, readDecimal, utf8Decode } from '../wire/text.js';
import { EMPTY_ROOT } from './merkle.js';
import { ED25519, noteKey, readNote, verifyNote } from './note.js';

/** The name under which a community's ledger signs. @param {string} community @returns {string} */
export const originOf = (community) => `acuerdo/l/${community}`;

/**
 * What a head says: this ledger, of this size, has this root.
 *
 * @typedef {Readonly<{origin: string, size: number, root: Uint8Array}>} Checkpoint
 */

/**
 * Reads the text of a checkpoint; who signed it is not asked.
 *
 * @param {Uint8Array} text of a note
 * @returns {Checkpoint}
 * @throws {ProtocolError}
 */
export function readCheckpoint(text) {
  const lines = (utf8Decode(text) ?? '').split('\n');
  if (lines.length !== 4 || lines[3] !== '' || lines[0] === '') {
    throw malformed('checkpoint-malformed', 'expected origin, size and root, and no more');
  }
  const [size, root] = [readDecimal(lines[1]), b64Decode(lines[2])];
  if (root.length !== DIGEST_BYTES) {
    throw malformed('checkpoint-malformed', 'a root has 32 bytes');
  }
  return Object.freeze({ origin: lines[0], size, root });
}

/**
 * Reads a head and checks the ledger's signature; other lines are left to others.
 *
 * @param {Uint8Array} raw the note as it came
 * @param {import('../wire/keys.js').PublicKey} logKey the key that signs at this size
 * @param {string | null} [origin] the ledger that is expected; any by default
 * @returns {Checkpoint}
 * @throws {ProtocolError}
 */
export function openCheckpoint(raw, logKey, origin = null) {
  const note = readNote(raw);
  const checkpoint = readCheckpoint(note.text);
  if (origin !== null && checkpoint.origin !== origin) {
    throw unauthentic('checkpoint-origin', 'the head is of another ledger');
  }
  verifyNote(note, noteKey(checkpoint.origin, ED25519, logKey));
  if (checkpoint.size === 0 && !equal(checkpoint.root, EMPTY_ROOT)) {
    throw inconsistent('checkpoint-empty-root', 'an empty ledger has another root');
  }
  return checkpoint;
}
