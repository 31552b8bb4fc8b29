/**
 * Signed notes (C2SP signed-note), the form of every checkpoint (docs/spec/checkpoint.md).
 *
 *     <text, ends with a line feed>
 *                                                      (an empty line)
 *     — <key name> <base64 of key id (4 bytes) and signature>
 *
 * A line of a key that the reader does not know is ignored; a line of a known key that fails
 * makes the whole note unacceptable.
 */

import { concat, equal, hasControls, sha256 } from '../wire/bytes.js';
import { malformed, unauthentic } from '../wire/errors.js';
import { readRawPublicKey, verify } from '../wire/keys.js';
import { MAX_KEY_NAME_BYTES, MAX_NOTE_BYTES, MAX_NOTE_SIGNATURES } from '../wire/limits.js';
import { b64Decode, b64Encode, hexEncode, utf8Decode, utf8Encode } from '../wire/text.js';

export const ED25519 = 1;
export const COSIGNATURE = 4;

const DASH = '\u2014 ';
const KEY_ID_BYTES = 4;
const LINE_FEED = 0x0a;
// White space as Unicode and Go see it; \s has U+FEFF and lacks U+0085.
const NOT_IN_A_NAME =
  /[+\u0000-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/**
 * A public key under a name; `kind` says what its signatures mean.
 *
 * @typedef {Readonly<{
 *   name: string,
 *   kind: 1 | 4,
 *   public: import('../wire/keys.js').PublicKey,
 *   keyId: Uint8Array,
 * }>} NoteKey
 *
 * @typedef {Readonly<{name: string, keyId: Uint8Array, signature: Uint8Array}>} SignatureLine
 *
 * A note as read; no signature is checked yet.
 *
 * @typedef {Readonly<{text: Uint8Array, lines: SignatureLine[]}>} Note
 */

/**
 * @param {string} name
 * @param {1 | 4} kind
 * @param {import('../wire/keys.js').PublicKey} key
 * @returns {NoteKey}
 * @throws {ProtocolError} note-key-name
 */
export function noteKey(name, kind, key) {
  checkName(name);
  const typed = concat(Uint8Array.of(kind), key.raw);
  const keyId = sha256(concat(utf8Encode(`${name}\n`), typed)).slice(0, KEY_ID_BYTES);
  return Object.freeze({ name, kind, public: key, keyId });
}

/** A key as text, for C2SP tools. @param {NoteKey} key @returns {string} */
export const vkeyOf = (key) =>
  `${key.name}+${hexEncode(key.keyId)}+${b64Encode(concat(Uint8Array.of(key.kind), key.public.raw))}`;

/**
 * Reads a key from its text.
 *
 * @param {string} vkey
 * @returns {NoteKey}
 * @throws {ProtocolError}
 */
export function readVkey(vkey) {
  // Base64 may hold a plus sign, a name may not: split at the first two.
  const parts = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(vkey);
  if (parts === null) {
    throw malformed('vkey-malformed', 'expected <name>+<id>+<key>');
  }
  const [, name, keyId, typedText] = parts;
  const typed = b64Decode(typedText);
  if (typed[0] !== ED25519 && typed[0] !== COSIGNATURE) {
    throw malformed('vkey-malformed', 'the only kinds are 1 and 4');
  }
  const key = noteKey(name, typed[0], readRawPublicKey(typed.subarray(1)));
  if (hexEncode(key.keyId) !== keyId) {
    throw malformed('vkey-malformed', 'the id is not that of name and key');
  }
  return key;
}

/**
 * Reads a note in its only spelling; signatures are not checked.
 *
 * @param {Uint8Array} raw
 * @returns {Note}
 * @throws {ProtocolError}
 */
export function readNote(raw) {
  if (raw.length > MAX_NOTE_BYTES) {
    throw malformed('note-malformed', `more than ${MAX_NOTE_BYTES} bytes`);
  }
  readText(raw);
  // The text may hold empty lines: the last one ends it.
  const end = lastEmptyLine(raw);
  if (end < 0 || raw[raw.length - 1] !== LINE_FEED) {
    throw malformed('note-malformed', 'expected text, an empty line and signature lines');
  }
  const lines = linesOf(raw.subarray(end + 2));
  if (lines.length < 1 || lines.length > MAX_NOTE_SIGNATURES) {
    throw malformed('note-malformed', `expected 1 to ${MAX_NOTE_SIGNATURES} signature lines`);
  }
  return Object.freeze({ text: raw.slice(0, end + 1), lines: lines.map(readSignatureLine) });
}

/**
 * Reads one signature line with its line feed.
 *
 * @param {Uint8Array} raw
 * @returns {SignatureLine}
 * @throws {ProtocolError}
 */
export function readSignatureLine(raw) {
  const line = readText(raw);
  const framed = line.startsWith(DASH) && line.endsWith('\n');
  const parts = framed ? line.slice(DASH.length, -1).split(' ') : [];
  if (parts.length !== 2) {
    throw malformed('note-malformed', 'a signature line is a dash, a name and base64');
  }
  const blob = b64Decode(parts[1]);
  checkName(parts[0]);
  if (blob.length <= KEY_ID_BYTES) {
    throw malformed('note-malformed', 'a signature line without a signature');
  }
  const [keyId, signature] = [blob.subarray(0, KEY_ID_BYTES), blob.subarray(KEY_ID_BYTES)];
  return Object.freeze({ name: parts[0], keyId, signature });
}

/** Whether the line claims to be by this key. @returns {boolean} */
export const isBy = (line, key) => line.name === key.name && equal(line.keyId, key.keyId);

/**
 * Checks that a plain Ed25519 key signed the note.
 *
 * @param {Note} note
 * @param {NoteKey} key
 * @throws {ProtocolError} note-unsigned, signature-invalid
 */
export function verifyNote(note, key) {
  const lines = note.lines.filter((line) => isBy(line, key));
  if (lines.length === 0) {
    throw unauthentic('note-unsigned', 'no signature line by the expected key');
  }
  for (const line of lines) {
    verify(key.public, line.signature, note.text);
  }
}

function readText(raw) {
  if (hasControls(raw, LINE_FEED)) {
    throw malformed('note-malformed', 'a control character other than line feed');
  }
  const text = utf8Decode(raw);
  if (text === null) {
    throw malformed('note-malformed', 'not valid UTF-8');
  }
  return text;
}

function lastEmptyLine(raw) {
  let at = raw.length - 2;
  while (at >= 0 && !(raw[at] === LINE_FEED && raw[at + 1] === LINE_FEED)) {
    at -= 1;
  }
  return at;
}

/** The lines of what ends with a line feed, each with its own. */
function linesOf(raw) {
  const lines = [];
  for (let start = 0; start < raw.length; ) {
    const end = raw.indexOf(LINE_FEED, start) + 1;
    lines.push(raw.subarray(start, end));
    start = end;
  }
  return lines;
}

function checkName(name) {
  const length = utf8Encode(name).length;
  if (length < 1 || length > MAX_KEY_NAME_BYTES) {
    throw malformed('note-key-name', 'a key name is empty or too long');
  }
  if (NOT_IN_A_NAME.test(name)) {
    throw malformed('note-key-name', 'a key name holds no space, plus or control character');
  }
}
