/**
 * The payload of a message, which is what its author signs (docs/spec/message.md, "Payload").
 *
 *     {"acuerdo":1,"ledger":"<id>","kind":"position/take","audience":"community",
 *      "nonce":"<22 characters>","body":{...}}
 */

import { concat, hasControls, sha256 } from './bytes.js';
import { malformed } from './errors.js';
import { hasExactly, isObject, readJson } from './json.js';
import { MAX_KIND_CHARS, MAX_MESSAGE_NODES } from './limits.js';
import { hexEncode, utf8Encode } from './text.js';

export const VERSION = 1;
/** The only kind without a ledger: it makes one. */
export const INCEPTION = 'identity/inception';

const MEMBERS = ['acuerdo', 'audience', 'body', 'kind', 'ledger', 'nonce'];

const KIND = /^[a-z]+(?:-[a-z]+)*\/[a-z]+(?:-[a-z]+)*(?:\/[1-9][0-9]?)?$/;
const LEDGER = /^(?:[0-9a-f]{64})?$/;
const AUDIENCE = /^(?:community|public|federation:[0-9a-f]{64})$/;
// 16 bytes are 22 characters, of which the last carries two bits.
const NONCE = /^[A-Za-z0-9_-]{21}[AQgw]$/;

/**
 * @typedef {{
 *   ledger: string,
 *   kind: string,
 *   audience: string,
 *   nonce: string,
 *   body: {[member: string]: import('./json.js').Json},
 * }} Payload
 *
 * @param {Uint8Array} raw
 * @returns {Payload}
 * @throws {ProtocolError}
 */
export function readPayload(raw) {
  if (hasControls(raw)) {
    throw malformed('message-control', 'a control character in the payload');
  }
  const payload = readJson(raw, { maxNodes: MAX_MESSAGE_NODES });
  if (!hasExactly(payload, MEMBERS)) {
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

/**
 * What is signed: the protected header's characters, a full stop, the payload's bytes.
 *
 * @param {string} protectedText
 * @param {Uint8Array} payload
 * @returns {Uint8Array}
 */
export const signingInputOf = (protectedText, payload) =>
  concat(utf8Encode(`${protectedText}.`), payload);

/** The id of a message. @param {Uint8Array} signingInput @returns {string} */
export const idOf = (signingInput) => hexEncode(sha256(signingInput));

const fits = (value, pattern) => typeof value === 'string' && pattern.test(value);
