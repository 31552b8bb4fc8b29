/**
 * The links that people hand each other.
 *
 *     {base}/join/{invitation public key}#{seed}       a secret: who has it can join
 *     {base}/me/device/{member id}                     whose a new device is to be
 *     {base}/me/device/add#{key}.{proof}               no secret
 *     {base}/members/replace#{key}.{name, base64url}   no secret
 *     {base}/me/key#key={seed}                         a key itself: who has it is that member
 *
 * A secret stands behind the #, which browsers do not send, and is taken out of the address bar
 * as soon as it was read.
 */

import { readJson } from '../wire/json.js';
import { keyOfSeed } from '../wire/keys.js';
import { SEED_BYTES } from '../wire/limits.js';
import { b64urlDecode, b64urlEncode, utf8Decode, utf8Encode } from '../wire/text.js';

const CODE = 'acuerdo1:';
const DEVICE = /\/me\/device\/([0-9a-f]{64})$/;

/** What stands behind the # of this page's address; afterwards it stands there no more. */
export function takeFragment() {
  const found = location.hash.slice(1);
  if (found !== '') {
    history.replaceState(null, '', location.pathname + location.search);
  }
  return found;
}

/** @returns {Uint8Array | null} the seed of an invitation with that public key */
export function seedOfInvitation(invitation, text) {
  try {
    const seed = b64urlDecode(text);
    return seed.length === SEED_BYTES && publicOf(seed) === invitation ? seed : null;
  } catch {
    return null;
  }
}

/** @returns {Uint8Array | null} the seed in what stood behind the # of a link that carries a key */
export function seedInLink(fragment) {
  const [, text = ''] = /^key=([\w-]{43})$/.exec(fragment) ?? [];
  try {
    const seed = b64urlDecode(text);
    return seed.length === SEED_BYTES ? seed : null;
  } catch {
    return null;
  }
}

/**
 * An invitation as somebody pasted it: the link, or the code that the command line prints.
 *
 * @param {string} text
 * @returns {{base: string, community: string | null, path: string} | null} `path` with the secret
 */
export function readInvitation(text) {
  try {
    const word = text.trim();
    return word.startsWith(CODE) ? ofCode(word.slice(CODE.length)) : ofLink(new URL(word));
  } catch {
    return null;
  }
}

/** @returns {string | null} the member id in the link that her device shows */
export const readOwner = (text) => DEVICE.exec(text.trim().split(/[?#]/)[0])?.[1] ?? null;

/** @returns {[string, string]} the two parts behind the # of a pasted link, or of what stood there */
export function readPair(text) {
  const behind = text.trim().split('#').pop();
  const [one, other = ''] = behind.split('.');
  return [one, other];
}

export const joinPath = (seed) => `/join/${publicOf(seed)}#${b64urlEncode(seed)}`;

export const writeName = (name) => b64urlEncode(utf8Encode(name));

/** @returns {string} a name out of a link, at most a line of it; empty if it is none */
export function readName(text) {
  try {
    return utf8Decode(b64urlDecode(text)).replace(/[\x00-\x1f\x7f]/g, ' ').slice(0, 80);
  } catch {
    return '';
  }
}

function ofCode(text) {
  const { node, community, invitation } = readJson(b64urlDecode(text));
  const seed = b64urlDecode(invitation);
  const { origin, protocol } = new URL(node);
  // It becomes a link in a page: a code may come from anybody.
  const right = seed.length === SEED_BYTES && /^https?:$/.test(protocol);
  return right ? { base: origin, community, path: joinPath(seed) } : null;
}

function ofLink(url) {
  if (!/^https?:$/.test(url.protocol)) {
    return null;
  }
  const [, invitation = ''] = /^\/join\/([^/]+)$/.exec(url.pathname) ?? [];
  const seed = seedOfInvitation(invitation, url.hash.slice(1));
  return seed === null ? null : { base: url.origin, community: null, path: joinPath(seed) };
}

const publicOf = (seed) => keyOfSeed(seed).public.text;
