/**
 * A community's key chain: an inception, then rotations (docs/spec/identity.md, section 2).
 *
 * The community's id is the id of its inception. Each event names the working keys and promises
 * the next root key by its digest; only that key can rotate.
 */

import { count, hex32, keyText, readBody } from '../wire/bodies.js';
import { sha256 } from '../wire/bytes.js';
import { inconsistent, malformed, unauthentic } from '../wire/errors.js';
import { readPublicKey } from '../wire/keys.js';
import { MAX_CHAIN_EVENTS } from '../wire/limits.js';
import { openMessage } from '../wire/message.js';
import { INCEPTION } from '../wire/payload.js';
import { hexEncode } from '../wire/text.js';

const ROTATE = 'identity/rotate';

const KEYS = { root: keyText, log: keyText, witness: keyText, voice: keyText, next: hex32 };
const INCEPTION_BODY = { ...KEYS, created: count };
const ROTATION_BODY = { ...KEYS, previous: hex32, size: count };

/**
 * The keys in force from ledger size `since` on.
 *
 * @typedef {import('../wire/keys.js').PublicKey} PublicKey
 * @typedef {Readonly<{
 *   event: string, since: number, next: string,
 *   log: PublicKey, witness: PublicKey, voice: PublicKey,
 * }>} KeySet
 *
 * A verified key chain; never empty.
 *
 * @typedef {Readonly<{
 *   community: string,
 *   events: import('../wire/message.js').Message[],
 *   keysets: KeySet[],
 * }>} Chain
 */

/**
 * Verifies a chain from its messages, first to last.
 *
 * @param {Uint8Array[]} raws
 * @returns {Chain}
 * @throws {ProtocolError}
 */
export function openChain(raws) {
  if (raws.length < 1 || raws.length > MAX_CHAIN_EVENTS) {
    throw malformed('chain-length', `a key chain has 1 to ${MAX_CHAIN_EVENTS} events`);
  }
  return raws.slice(1).reduce(
    (chain, raw) => extendChain(chain, openMessage(raw)),
    begin(openMessage(raws[0])),
  );
}

/**
 * The chain with one rotation more; the caller has checked the message's signature.
 *
 * @param {Chain} chain
 * @param {import('../wire/message.js').Message} message
 * @returns {Chain}
 * @throws {ProtocolError}
 */
export function extendChain(chain, message) {
  if (chain.events.length >= MAX_CHAIN_EVENTS) {
    throw malformed('chain-length', `a key chain has 1 to ${MAX_CHAIN_EVENTS} events`);
  }
  const { kind, ledger, audience } = message;
  if (kind !== ROTATE || ledger !== chain.community || audience !== 'public') {
    throw inconsistent('chain-event', 'only a public rotation of this community can follow');
  }
  const rotation = readBody(ROTATION_BODY, message.body);
  const current = currentKeys(chain);
  if (rotation.previous !== current.event) {
    throw inconsistent('chain-previous', 'the rotation does not follow the last event');
  }
  if (rotation.size <= current.since) {
    throw inconsistent('chain-size', 'rotations stand at growing ledger sizes');
  }
  if (rotation.root !== message.author.text || digestOf(message.author) !== current.next) {
    throw unauthentic('chain-root', 'the rotation is not signed by the promised root key');
  }
  const keys = keySet(message, rotation, rotation.size);
  requireRoles(message.author, keys, chain.keysets);
  return Object.freeze({
    community: chain.community,
    events: [...chain.events, message],
    keysets: [...chain.keysets, keys],
  });
}

/** The newest keys. @param {Chain} chain @returns {KeySet} */
export const currentKeys = (chain) => chain.keysets[chain.keysets.length - 1];

/**
 * The keys that sign a head of `size` entries; and, for an entry, those that speak at index
 * `size`: a rotation at index i holds for heads of i + 1 and more, and from index i + 1 on.
 *
 * @param {Chain} chain
 * @param {number} size
 * @returns {KeySet}
 */
export const keysAt = (chain, size) =>
  chain.keysets.reduce((held, keyset) => (keyset.since < size ? keyset : held));

/** Whether `key` speaks, or ever spoke, in the community's name. @returns {boolean} */
export const isVoice = (chain, key) =>
  chain.keysets.some((keyset) => keyset.voice.text === key.text);

/** Every key that ever signed for the ledger, newest first. @returns {PublicKey[]} */
export const logKeys = (chain) => chain.keysets.map((keyset) => keyset.log).reverse();

/** Every key that the community ever cosigned with, newest first. @returns {PublicKey[]} */
export const witnessKeys = (chain) => chain.keysets.map((keyset) => keyset.witness).reverse();

/**
 * The longer of two chains of one community.
 *
 * @param {Chain} held
 * @param {Chain} offered
 * @returns {Chain}
 * @throws {ProtocolError} chain-fork: they part
 */
export function sameOrLonger(held, offered) {
  const shared = Math.min(held.events.length, offered.events.length);
  for (let at = 0; at < shared; at += 1) {
    if (held.events[at].id !== offered.events[at].id) {
      throw inconsistent('chain-fork', 'two key chains of one community contradict');
    }
  }
  return offered.events.length > held.events.length ? offered : held;
}

function begin(message) {
  const { kind, ledger, audience } = message;
  if (kind !== INCEPTION || ledger !== '' || audience !== 'public') {
    throw inconsistent('chain-start', 'a key chain starts with a public inception');
  }
  const inception = readBody(INCEPTION_BODY, message.body);
  if (inception.root !== message.author.text) {
    throw unauthentic('chain-root', 'the inception is not signed by its own root key');
  }
  const keys = keySet(message, inception, 0);
  requireRoles(message.author, keys, []);
  return Object.freeze({ community: message.id, events: [message], keysets: [keys] });
}

function keySet(message, body, since) {
  const [log, witness, voice] = [body.log, body.witness, body.voice].map(readPublicKey);
  return Object.freeze({ event: message.id, since, next: body.next, log, witness, voice });
}

/** A role, a key; and the promised key is one that nobody can have stolen or seen yet. */
function requireRoles(root, keys, before) {
  const named = [root, keys.log, keys.witness, keys.voice];
  if (new Set(named.map((key) => key.text)).size !== named.length) {
    throw unauthentic('chain-roles', 'each role needs a key of its own');
  }
  const usedNow = named.some((key) => digestOf(key) === keys.next);
  if (usedNow || before.some((keyset) => keyset.next === keys.next)) {
    throw unauthentic('chain-next', 'the promised key must be one that was never used');
  }
}

const digestOf = (key) => hexEncode(sha256(key.raw));
