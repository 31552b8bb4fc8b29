/**
 * Receipts: what the node answers to an act is checked at once and kept in this browser, and
 * checked again whenever its owner likes.
 */

import { openProof } from '../identity/heads.js';
import { equal } from '../wire/bytes.js';
import { ProtocolError, inconsistent } from '../wire/errors.js';
import { b64Decode, utf8Decode, utf8Encode } from '../wire/text.js';
import { knownChain, learnChain } from './heads.js';
import { mismatch } from './mismatch.js';
import { Trouble } from './net.js';
import { publicApi } from './source.js';
import * as store from './store.js';

// An answer came and does not hold: sending the same bytes again is safe, and may bring a true one.
const FALSE_ANSWER = 502;
const FALSE = 'false';

/**
 * Has the community's key chain at hand by the time its node answers; if that fails now, it is
 * asked for again, and told then.
 */
export async function prepare(community, source = publicApi, shelves = store) {
  try {
    if ((await knownChain(community, shelves)) === null) {
      await learnChain(community, await source.chain(community), shelves);
    }
  } catch (problem) {
    if (!(problem instanceof ProtocolError || problem instanceof Trouble)) {
      throw problem;
    }
  }
}

/**
 * Checks the answer to a message that was handed in, and keeps it.
 *
 * @param {string} community
 * @param {Uint8Array} raw the message as it was signed
 * @param {{id: string, index: number, receipt: string, entry: string | null}} answer
 * @param {{keep?: boolean, source?: import('./source.js').Source, shelves?: typeof store}} [options]
 *     on a shared device nothing is kept, for it would tell what its owner said
 * @returns {Promise<void>}
 * @throws {Trouble} receipt-false: the message may stand in the ledger, but this does not show it
 */
export async function keepReceipt(community, raw, answer, options = {}) {
  const { keep = true, source = publicApi, shelves = store } = options;
  try {
    const { proof, chain } = await prove(community, raw, answer, source, shelves);
    await keptAs(shelves, keep, {
      id: proof.entry.message.id,
      community,
      index: proof.entry.index,
      received: proof.entry.received,
      kind: proof.entry.message.kind,
      receipt: answer.receipt,
      entry: answer.entry,
      chain: chain.events.map((event) => utf8Decode(event.raw)),
      state: 'true',
    });
  } catch (problem) {
    if (!(problem instanceof ProtocolError)) {
      throw problem;
    }
    // Under an id of its own: a true receipt that comes later does not take the evidence away.
    const evidence = { id: `${answer.id}/${FALSE}`, community, state: FALSE, answer };
    await keptAs(shelves, keep, { ...evidence, message: utf8Decode(raw), code: problem.code });
    throw new Trouble('receipt-false', `${problem.code}: ${problem.detail}`, FALSE_ANSWER);
  }
}

async function prove(community, raw, answer, source, shelves) {
  if (typeof answer.entry !== 'string' || typeof answer.receipt !== 'string') {
    throw mismatch('receipt-missing', 'the answer holds no entry or no receipt');
  }
  const entry = b64Decode(answer.entry);
  const receipt = utf8Encode(answer.receipt);
  const open = async (chain) => ({ chain, proof: openProof(entry, receipt, chain) });
  const known = await knownChain(community, shelves);
  const fresh = async () => open(await learnChain(community, await source.chain(community), shelves));
  // The keys may have been rotated since this browser saw them last: then they are asked for again.
  const proven = known === null ? await fresh() : await open(known).catch(fresh);
  if (!equal(proven.proof.entry.message.raw, raw)) {
    throw inconsistent('receipt-other', 'the entry holds another message than was signed');
  }
  return proven;
}

async function keptAs(shelves, keep, receipt) {
  if (keep) {
    await shelves.put('receipts', receipt);
  }
}
