/** A member's acts: signed here, handed in, and believed to stand only with a receipt that holds. */

import { NONCE_BYTES } from '../wire/limits.js';
import { hexEncode, utf8Encode } from '../wire/text.js';
import { writeMessage } from '../wire/writing.js';
import { sha256 } from '../wire/bytes.js';
import { Trouble, ask } from './net.js';
import { drop, get, put } from './store.js';

/**
 * @param {import('./keyring.js').Identity} identity
 * @param {{kind: string, audience: string, body: object}[]} acts
 * @returns {Promise<string[]>} the ids of the messages, which all stand in the ledger now
 * @throws {Trouble} the first that did not go through; those before it stand
 */
export async function actAll(identity, acts) {
  const whole = `${identity.key}\n${JSON.stringify(acts)}`;
  const id = hexEncode(sha256(utf8Encode(whole)));
  const begun = (await get('outbox', id)) ?? { id, signed: [] };
  const ids = [];
  for (const [at, act] of acts.entries()) {
    begun.signed[at] ??= await sign(identity, filledIn(act, ids));
    await put('outbox', begun);
    try {
      ids.push(await handIn(identity, begun.signed[at]));
    } catch (problem) {
      if (!(problem instanceof Trouble && problem.passing)) {
        await drop('outbox', id); // refused: next time it is said anew
      }
      throw problem;
    }
  }
  await drop('outbox', id);
  return ids;
}

/** Puts ids where a body holds `{"$": n}`; no body of the protocol has a member of that name. */
function filledIn(act, ids) {
  const fill = (value) => {
    if (Array.isArray(value)) {
      return value.map(fill);
    }
    if (value === null || typeof value !== 'object') {
      return value;
    }
    if ('$' in value) {
      return ids[value.$];
    }
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, fill(part)]));
  };
  return { ...act, body: fill(act.body) };
}

async function sign(identity, { kind, audience, body }) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const statement = { ledger: identity.community, kind, audience, nonce, body };
  return (await writeMessage(statement, identity.key, identity.sign)).raw;
}

async function readyToCheck(community) {
  const receipts = await import('./receipts.js');
  await receipts.prepare(community);
  return receipts;
}

async function handIn(identity, raw) {
  // Loaded while the node writes: signing itself needs no arithmetic of trees and heads.
  const checking = readyToCheck(identity.community);
  checking.catch(() => undefined); // what goes wrong is seen below, once the node has answered
  const answer = await (await ask('/v1/messages', { method: 'POST', body: raw })).json();
  const { keepReceipt } = await checking;
  await keepReceipt(identity.community, raw, answer, { keep: !identity.shared });
  return answer.id;
}
