/**
 * What a browser asks of a node's public API to verify something. It asks as a stranger: what it
 * is answered is what anybody is answered, and nothing of it is believed.
 */

import { isObject, readJson } from '../wire/json.js';
import { b64Decode, utf8Encode } from '../wire/text.js';
import { mismatch } from './mismatch.js';
import { ask } from './net.js';

const MOST_JSON = 8_388_608;

/**
 * Where a ledger's parts come from; tests have one of their own.
 *
 * @typedef {{
 *   chain: (community: string) => Promise<Uint8Array[]>,
 *   head: (ledger: string) => Promise<Uint8Array>,
 *   place: (message: string) => Promise<{receipt: Uint8Array, witnesses: number}>,
 *   tile: (ledger: string, path: string) => Promise<Uint8Array>,
 * }} Source
 *
 * @type {Source}
 */
export const publicApi = {
  async chain(community) {
    const answer = await object(`/v1/communities/${community}/chain`);
    const { messages } = answer;
    if (!Array.isArray(messages) || !messages.every((one) => typeof one === 'string')) {
      throw mismatch('answer-malformed', 'expected the messages of a key chain');
    }
    return messages.map(utf8Encode);
  },

  head: (ledger) => bytes(`/v1/ledgers/${ledger}/checkpoint`),

  async place(message) {
    return readPlace(await object(`/v1/messages/${message}`));
  },

  tile: (ledger, path) => bytes(`/v1/ledgers/${ledger}/${path}`),
};

function readPlace({ receipt, witnessed_by: witnesses }) {
  if (typeof receipt !== 'string' || !Number.isSafeInteger(witnesses)) {
    throw mismatch('answer-malformed', 'expected a receipt');
  }
  return { receipt: utf8Encode(receipt), witnesses };
}

/**
 * A receipt as it is kept in a file, by this browser or by the command line; or as the API gives
 * it, which is without the key chain.
 *
 * @typedef {{
 *   community: string | null,
 *   message: string | null,
 *   entry: Uint8Array,
 *   receipt: Uint8Array,
 *   chain: Uint8Array[] | null,
 * }} Kept
 *
 * @param {Uint8Array} raw
 * @returns {Kept}
 * @throws {ProtocolError}
 */
export function readKept(raw) {
  const value = readJson(raw, { maxBytes: MOST_JSON });
  const { entry, receipt, chain = null, community = null } = isObject(value) ? value : {};
  const message = isObject(value) ? (value.message ?? value.id ?? null) : null;
  const listed = chain === null || (Array.isArray(chain) && chain.every(isText));
  const named = [community, message].every((one) => one === null || isText(one));
  if (!isText(entry) || !isText(receipt) || !listed || !named) {
    throw mismatch('file-malformed', 'a receipt holds at least an entry and its receipt');
  }
  return {
    community,
    message,
    entry: b64Decode(entry),
    receipt: utf8Encode(receipt),
    chain: chain === null ? null : chain.map(utf8Encode),
  };
}

const isText = (value) => typeof value === 'string';

async function bytes(path) {
  // Never out of the browser's own store: what was said a minute ago is another question.
  const answer = await ask(path, { credentials: 'omit', cache: 'no-store' });
  return new Uint8Array(await answer.arrayBuffer());
}

async function object(path) {
  const value = readJson(await bytes(path), { maxBytes: MOST_JSON });
  if (!isObject(value)) {
    throw mismatch('answer-malformed', 'expected an object');
  }
  return value;
}
