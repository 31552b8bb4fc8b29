/**
 * A cosignature: a witness's word on a head, with its time (docs/spec/cosignature.md).
 *
 * As of that time this is the largest consistent head of this ledger that the witness has seen.
 */

import { concat } from '../wire/bytes.js';
import { malformed, unauthentic } from '../wire/errors.js';
import { verify } from '../wire/keys.js';
import { MAX_INTEGER, SIGNATURE_BYTES } from '../wire/limits.js';
import { utf8Encode } from '../wire/text.js';
import { COSIGNATURE, isBy, noteKey, readNote, readSignatureLine } from './note.js';

const TIME_BYTES = 8;

/**
 * A verified cosignature.
 *
 * @typedef {Readonly<{witness: string, time: number}>} Cosignature
 */

/** A community's witness key as C2SP names it. @returns {import('./note.js').NoteKey} */
export const witnessKeyOf = (witness, key) => noteKey(`acuerdo/w/${witness}`, COSIGNATURE, key);

/**
 * Checks a cosignature line under any witness name.
 *
 * @param {import('./note.js').SignatureLine} line
 * @param {Uint8Array} text of the checkpoint, final line feed included
 * @param {import('./note.js').NoteKey} key
 * @returns {number} its time
 * @throws {ProtocolError}
 */
export function verifyLine(line, text, key) {
  if (!isBy(line, key)) {
    throw unauthentic('cosignature-key', 'the line names another witness or key');
  }
  if (line.signature.length !== TIME_BYTES + SIGNATURE_BYTES) {
    throw malformed('cosignature-malformed', 'expected 8 bytes of time and a signature');
  }
  const time = readTime(line.signature);
  if (time < 1 || time > MAX_INTEGER) {
    throw malformed('cosignature-malformed', 'the time is zero or beyond 2^53-1');
  }
  const signed = concat(utf8Encode(`cosignature/v1\ntime ${time}\n`), text);
  verify(key.public, line.signature.subarray(TIME_BYTES), signed);
  return time;
}

/**
 * Checks one signature line as this witness's cosignature of a head.
 *
 * @param {Uint8Array} raw the line with its line feed
 * @param {Uint8Array} text of the checkpoint
 * @param {string} witness a community's id
 * @param {import('../wire/keys.js').PublicKey} key
 * @returns {Cosignature}
 * @throws {ProtocolError}
 */
export function verifyCosignature(raw, text, witness, key) {
  const time = verifyLine(readSignatureLine(raw), text, witnessKeyOf(witness, key));
  return Object.freeze({ witness, time });
}

/**
 * The cosignatures by known witnesses, one a witness (its earliest), in the note's order. The
 * ledger's own signature is not checked here.
 *
 * @param {Uint8Array} raw the note
 * @param {Map<string, import('../wire/keys.js').PublicKey>} witnesses by community id
 * @returns {Cosignature[]}
 * @throws {ProtocolError} the note is none, or a known witness's line fails
 */
export function readCosignatures(raw, witnesses) {
  const note = readNote(raw);
  const keys = [...witnesses].map(([witness, key]) => [witness, witnessKeyOf(witness, key)]);
  const found = new Map();
  for (const line of note.lines) {
    for (const [witness, key] of keys) {
      // Another key id under a known name is a key that we do not know (yet, or any more).
      if (isBy(line, key)) {
        const time = verifyLine(line, note.text, key);
        found.set(witness, Math.min(time, found.get(witness) ?? time));
      }
    }
  }
  return [...found].map(([witness, time]) => Object.freeze({ witness, time }));
}

function readTime(blob) {
  const view = new DataView(blob.buffer, blob.byteOffset, TIME_BYTES);
  return view.getUint32(0) * 2 ** 32 + view.getUint32(4);
}
