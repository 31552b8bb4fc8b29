/**
 * Writing a message (docs/spec/message.md). Apart from the reader, so that a page that signs with
 * the browser's own keys loads no curve arithmetic.
 */

import { malformed } from './errors.js';
import { writeJson } from './json.js';
import { MAX_MESSAGE_BYTES, NONCE_BYTES, SIGNATURE_BYTES } from './limits.js';
import { VERSION, idOf, readPayload, signingInputOf } from './payload.js';
import { b64urlEncode, utf8Decode } from './text.js';

/**
 * What somebody wants to say; `ledger` is empty for an inception only.
 *
 * @typedef {{
 *   ledger: string,
 *   kind: string,
 *   audience: string,
 *   nonce: Uint8Array,
 *   body: {[member: string]: import('./json.js').Json},
 * }} Statement
 *
 * A message to send: `raw` is what goes over the line, `id` is how to ask for it later.
 *
 * @typedef {Readonly<{raw: Uint8Array, id: string, signingInput: Uint8Array}>} Written
 */

/**
 * Writes and signs a message. The payload is read again before it is signed, so that nothing is
 * signed that no reader takes.
 *
 * @param {Statement} statement
 * @param {string} author the author's public key as base64url
 * @param {(signingInput: Uint8Array) => Uint8Array | ArrayBuffer | Promise<Uint8Array | ArrayBuffer>}
 *     sign signs with the author's key, which may be one that the browser does not hand out
 * @returns {Promise<Written>}
 * @throws {ProtocolError} what would be written could not be read
 */
export async function writeMessage(statement, author, sign) {
  const { ledger, kind, audience, nonce, body } = statement;
  if (nonce.length !== NONCE_BYTES) {
    throw new RangeError('a nonce has 16 bytes');
  }
  const said = { acuerdo: VERSION, ledger, kind, audience, nonce: b64urlEncode(nonce), body };
  const payload = writeJson(said);
  readPayload(payload);
  const header = { alg: 'Ed25519', b64: false, crit: ['b64'], kid: author };
  const protectedText = b64urlEncode(writeJson(header));
  const signingInput = signingInputOf(protectedText, payload);
  // 64 bytes in any case: what is too long to send must not be signed.
  const room = enclose(payload, protectedText, new Uint8Array(SIGNATURE_BYTES));
  if (room.length > MAX_MESSAGE_BYTES) {
    throw malformed('message-too-long', `more than ${MAX_MESSAGE_BYTES} bytes`);
  }
  const signature = new Uint8Array(await sign(signingInput));
  if (signature.length !== SIGNATURE_BYTES) {
    throw malformed('message-signature', 'a signature has 64 bytes');
  }
  const raw = enclose(payload, protectedText, signature);
  return Object.freeze({ raw, id: idOf(signingInput), signingInput });
}

const enclose = (payload, protectedText, signature) =>
  writeJson({
    payload: utf8Decode(payload),
    protected: protectedText,
    signature: b64urlEncode(signature),
  });
