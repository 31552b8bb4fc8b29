/**
 * The member's key in this browser, one for each community.
 *
 * Where the browser can (https, and WebCrypto with Ed25519), the key is kept so that no script
 * can read it out, and the seed is forgotten. Elsewhere the seed itself lies in the browser's
 * storage. On a shared device it lies in this tab alone, and closing the tab forgets it.
 *
 * @typedef {object} Identity
 * @property {string} community
 * @property {string | null} member id, once the community took her in
 * @property {string} key public key, base64url
 * @property {boolean} shared
 * @property {(data: Uint8Array) => Promise<Uint8Array>} sign
 */

import { keyOfSeed } from '../wire/keys.js';
import { SEED_BYTES } from '../wire/limits.js';
import { b64urlDecode, b64urlEncode } from '../wire/text.js';
import { askToStay, drop, get, put } from './store.js';

// RFC 8410: a private key of 32 bytes for Ed25519, as WebCrypto takes it in.
const PKCS8 = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32);
const TAB = 'acuerdo/key/';

/** @returns {Uint8Array} a seed that nobody knows */
export const newSeed = () => crypto.getRandomValues(new Uint8Array(SEED_BYTES));

/**
 * @param {string} community
 * @returns {Promise<Identity | null>}
 */
export async function identity(community) {
  const tab = sessionStorage.getItem(TAB + community);
  if (tab !== null) {
    const { seed, member } = JSON.parse(tab);
    return fromSeed(community, b64urlDecode(seed), { member, shared: true });
  }
  const kept = await get('keys', community);
  if (kept === undefined) {
    return null;
  }
  if (kept.seed !== null) {
    return fromSeed(community, kept.seed, { member: kept.member, shared: false });
  }
  return {
    community,
    member: kept.member,
    key: kept.key,
    shared: false,
    sign: async (data) => new Uint8Array(await crypto.subtle.sign('Ed25519', kept.secret, data)),
  };
}

/**
 * The seed of the key in this browser, for the words on paper; null where nobody can read it.
 *
 * @param {string} community
 * @returns {Promise<Uint8Array | null>}
 */
export async function seedOf(community) {
  const tab = sessionStorage.getItem(TAB + community);
  const seed = tab === null ? (await get('keys', community))?.seed : b64urlDecode(JSON.parse(tab).seed);
  return seed ?? null;
}

/**
 * A key that is not kept here yet, to sign with.
 *
 * @param {string} community
 * @param {Uint8Array} seed
 * @param {{member?: string | null, shared?: boolean}} [options]
 * @returns {Identity}
 */
export const ofSeed = (community, seed, { member = null, shared = false } = {}) =>
  fromSeed(community, seed, { member, shared });

/** Whether this tab alone holds a key of the community. */
export const isInTab = (community) => sessionStorage.getItem(TAB + community) !== null;

/**
 * Keeps a key: for good in the place of what was kept for this community before, or on a shared
 * device beside it, as long as the tab is open.
 *
 * @param {string} community
 * @param {Uint8Array} seed
 * @param {{member?: string | null, shared?: boolean}} [options]
 * @returns {Promise<Identity>}
 */
export async function keep(community, seed, { member = null, shared = false } = {}) {
  const key = keyOfSeed(seed).public.text;
  if (shared) {
    sessionStorage.setItem(TAB + community, JSON.stringify({ seed: b64urlEncode(seed), member }));
  } else {
    sessionStorage.removeItem(TAB + community);
    const secret = await hidden(seed);
    await put('keys', { community, member, key, secret, seed: secret === null ? seed : null });
    await askToStay();
  }
  return identity(community);
}

/** Writes down which member holds the key. */
export async function settle(community, member) {
  const tab = sessionStorage.getItem(TAB + community);
  if (tab !== null) {
    sessionStorage.setItem(TAB + community, JSON.stringify({ ...JSON.parse(tab), member }));
    return;
  }
  const kept = await get('keys', community);
  if (kept !== undefined) {
    await put('keys', { ...kept, member });
  }
}

/** Forgets the key that speaks here: the tab's, and what the tab had begun; otherwise the kept one. */
export async function forget(community) {
  if (!isInTab(community)) {
    await drop('keys', community);
    return;
  }
  for (const name of Object.keys(sessionStorage).filter((one) => one.startsWith('acuerdo/'))) {
    sessionStorage.removeItem(name);
  }
}

function fromSeed(community, seed, { member, shared }) {
  const { public: key, sign } = keyOfSeed(seed);
  return { community, member, key: key.text, shared, sign: async (data) => sign(data) };
}

/** The key as no script can read it, or null where the browser has no such thing. */
async function hidden(seed) {
  try {
    const wrapped = Uint8Array.from([...PKCS8, ...seed]);
    return await crypto.subtle.importKey('pkcs8', wrapped, 'Ed25519', false, ['sign']);
  } catch {
    return null; // no WebCrypto on plain http, or one without Ed25519
  }
}
