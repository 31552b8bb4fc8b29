/**
 * A message: one key's statement to one ledger (docs/spec/message.md).
 *
 *     {"payload":"<JSON text>","protected":"<base64url>","signature":"<base64url>"}
 *
 * What was signed is kept as it is; nothing is written anew to check a signature. The id is the
 * SHA-256 of the signing input: two spellings of the envelope around it are one message.
 */

import { hasControls } from './bytes.js';
import { malformed } from './errors.js';
import { hasExactly, readJson } from './json.js';
import { readPublicKey, verify } from './keys.js';
import {
  MAX_MESSAGE_BYTES,
  MAX_MESSAGE_NODES,
  MAX_PROTECTED_CHARS,
  SIGNATURE_BYTES,
} from './limits.js';
import { idOf, readPayload, signingInputOf } from './payload.js';
import { b64urlDecode, countCharacters, utf8Encode } from './text.js';

const ENVELOPE = ['payload', 'protected', 'signature'];
const HEADER = ['alg', 'b64', 'crit', 'kid'];

/**
 * A message as read; whether its signature holds is the question of `verifyMessage`.
 *
 * @typedef {Readonly<{
 *   raw: Uint8Array,
 *   id: string,
 *   author: import('./keys.js').PublicKey,
 *   ledger: string,
 *   kind: string,
 *   audience: string,
 *   nonce: string,
 *   body: {[member: string]: import('./json.js').Json},
 *   signature: Uint8Array,
 *   signingInput: Uint8Array,
 * }>} Message
 */

/**
 * Reads a message without checking its signature.
 *
 * @param {Uint8Array} raw
 * @returns {Message}
 * @throws {ProtocolError}
 */
export function readMessage(raw) {
  const envelope = readEnvelope(raw);
  const signature = b64urlDecode(envelope.signature);
  if (signature.length !== SIGNATURE_BYTES) {
    throw malformed('message-signature', 'a signature has 64 bytes');
  }
  const payload = utf8Encode(envelope.payload);
  const author = readProtected(envelope.protected);
  const { ledger, kind, audience, nonce, body } = readPayload(payload);
  const signingInput = signingInputOf(envelope.protected, payload);
  const id = idOf(signingInput);
  return Object.freeze({
    raw, id, author, ledger, kind, audience, nonce, body, signature, signingInput,
  });
}

/**
 * Checks the author's signature over the bytes as they came.
 *
 * @param {Message} message
 * @throws {ProtocolError} signature-invalid
 */
export function verifyMessage(message) {
  verify(message.author, message.signature, message.signingInput);
}

/**
 * Reads a message and checks its signature.
 *
 * @param {Uint8Array} raw
 * @returns {Message}
 * @throws {ProtocolError}
 */
export function openMessage(raw) {
  const message = readMessage(raw);
  verifyMessage(message);
  return message;
}

function readEnvelope(raw) {
  if (raw.length > MAX_MESSAGE_BYTES) {
    throw malformed('message-too-long', `more than ${MAX_MESSAGE_BYTES} bytes`);
  }
  // One line of text: an entry carries the message verbatim, as one line.
  if (hasControls(raw)) {
    throw malformed('message-control', 'a control character in the message');
  }
  const value = readJson(raw, { maxNodes: MAX_MESSAGE_NODES });
  if (!hasExactly(value, ENVELOPE)) {
    throw malformed('message-envelope', 'expected payload, protected and signature only');
  }
  if (!ENVELOPE.every((name) => typeof value[name] === 'string')) {
    throw malformed('message-envelope', 'payload, protected and signature are strings');
  }
  return value;
}

function readProtected(text) {
  if (countCharacters(text) > MAX_PROTECTED_CHARS) {
    throw malformed('message-header', 'the protected header is too long');
  }
  const header = readJson(b64urlDecode(text));
  if (!hasExactly(header, HEADER)) {
    throw malformed('message-header', 'expected alg, b64, crit and kid only');
  }
  if (header.alg !== 'Ed25519') {
    throw malformed('message-algorithm', 'the only algorithm is Ed25519');
  }
  const { b64, crit, kid } = header;
  const critical = Array.isArray(crit) && crit.length === 1 && crit[0] === 'b64';
  if (b64 !== false || !critical || typeof kid !== 'string') {
    throw malformed('message-header', 'expected "b64":false and "crit":["b64"]');
  }
  return readPublicKey(kid);
}
