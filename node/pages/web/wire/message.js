/**
 * A message: one key's statement to one ledger (docs/spec/message.md).
 *
 *     {"payload":"<JSON text>","protected":"<base64url>","signature":"<base64url>"}
 *
 * What was signed is kept as it is; nothing is written anew to check a signature. The id is the
 * SHA-256 of the signing input: two spellings of the envelope around it are one message.
 */

import { concat, hasControls, sha256 } from './bytes.js';
import { malformed } from './errors.js';
import { readJson, writeJson } from './json.js';
import { SIGNATURE_BYTES, readPublicKey, verify } from './keys.js';
import {
  MAX_KIND_CHARS,
  MAX_MESSAGE_BYTES,
  MAX_MESSAGE_NODES,
  MAX_PROTECTED_CHARS,
  NONCE_BYTES,
} from './limits.js';
import {
  b64urlDecode,
  b64urlEncode,
  countCharacters,
  hexEncode,
  utf8Decode,
  utf8Encode,
} from './text.js';

export const VERSION = 1;
/** The only kind without a ledger: it makes one. */
export const INCEPTION = 'identity/inception';

const ENVELOPE = ['payload', 'protected', 'signature'];
const HEADER = ['alg', 'b64', 'crit', 'kid'];
const PAYLOAD = ['acuerdo', 'audience', 'body', 'kind', 'ledger', 'nonce'];

const KIND = /^[a-z]+(?:-[a-z]+)*\/[a-z]+(?:-[a-z]+)*(?:\/[1-9][0-9]?)?$/;
const LEDGER = /^(?:[0-9a-f]{64})?$/;
const AUDIENCE = /^(?:community|public|federation:[0-9a-f]{64})$/;
// 16 bytes are 22 characters, of which the last carries two bits.
const NONCE = /^[A-Za-z0-9_-]{21}[AQgw]$/;

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
 *
 * What somebody wants to say; `ledger` is empty for an inception only.
 *
 * @typedef {{
 *   ledger: string,
 *   kind: string,
 *   audience: string,
 *   nonce: Uint8Array,
 *   body: {[member: string]: import('./json.js').Json},
 * }} Statement
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
  const signingInput = inputOf(envelope.protected, payload);
  const id = hexEncode(sha256(signingInput));
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

/**
 * Writes and signs a message. What comes back was read again, so that nothing is sent that no
 * reader takes; its `raw` is what to send, its `id` is how to ask for it later.
 *
 * @param {Statement} statement
 * @param {import('./keys.js').PublicKey} author
 * @param {(data: Uint8Array) => Uint8Array | Promise<Uint8Array>} sign signs with the author's
 *     key, which may be one that the browser does not hand out
 * @returns {Promise<Message>}
 * @throws {ProtocolError} what would be written could not be read
 */
export async function writeMessage(statement, author, sign) {
  const { ledger, kind, audience, nonce, body } = statement;
  if (nonce.length !== NONCE_BYTES) {
    throw new RangeError('a nonce has 16 bytes');
  }
  const payload = writeJson({
    acuerdo: VERSION, ledger, kind, audience, nonce: b64urlEncode(nonce), body,
  });
  const header = { alg: 'Ed25519', b64: false, crit: ['b64'], kid: author.text };
  const protectedText = b64urlEncode(writeJson(header));
  const signature = await sign(inputOf(protectedText, payload));
  const envelope = {
    payload: utf8Decode(payload), protected: protectedText, signature: b64urlEncode(signature),
  };
  return readMessage(writeJson(envelope));
}

const inputOf = (protectedText, payload) => concat(utf8Encode(`${protectedText}.`), payload);

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

function readPayload(raw) {
  if (hasControls(raw)) {
    throw malformed('message-control', 'a control character in the payload');
  }
  const payload = readJson(raw, { maxNodes: MAX_MESSAGE_NODES });
  if (!hasExactly(payload, PAYLOAD)) {
    throw malformed('message-payload', "the payload's members are not the six expected");
  }
  if (payload.acuerdo !== VERSION) {
    throw malformed('message-version', `expected version ${VERSION}`);
  }
  const { kind, ledger, audience, nonce, body } = payload;
  if (!fits(kind, KIND) || kind.length > MAX_KIND_CHARS) {
    throw malformed('message-kind', 'a kind looks like proposal/open');
  }
  if (!fits(ledger, LEDGER) || (ledger === '') !== (kind === INCEPTION)) {
    throw malformed('message-ledger', 'every kind but an inception names its ledger');
  }
  if (!fits(audience, AUDIENCE)) {
    throw malformed('message-audience', 'community, public or federation:<id>');
  }
  if (!fits(nonce, NONCE)) {
    throw malformed('message-nonce', 'a nonce is 16 bytes as base64url');
  }
  if (!isObject(body)) {
    throw malformed('message-body', 'a body is an object');
  }
  return payload;
}

const isObject = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether it is an object with these members, in any order, and no others. */
function hasExactly(value, names) {
  return (
    isObject(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => name in value)
  );
}

const fits = (value, pattern) => typeof value === 'string' && pattern.test(value);
