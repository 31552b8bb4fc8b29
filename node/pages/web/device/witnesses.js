/** Who else vouches for a head: cosignatures, under the witness keys of communities known here. */

import { openChain, witnessKeys } from '../identity/chain.js';
import { verifyLine, witnessKeyOf } from '../ledger/cosignature.js';
import { isBy, readNote } from '../ledger/note.js';
import { ProtocolError } from '../wire/errors.js';
import { Trouble } from './net.js';

const NAME = /^acuerdo\/w\/([0-9a-f]{64})$/;
const MOST = 16;

/**
 * @typedef {{
 *   good: {witness: string, time: number}[],
 *   wrong: {witness: string, code: string}[],
 *   unknown: string[],
 *   lines: number,
 * }} Cosigners
 *     `unknown`: their keys could not be had, or the line is by a key that is none of theirs
 *
 * @param {Uint8Array} raw a head
 * @param {(community: string) => Promise<Uint8Array[]>} chainOf
 * @returns {Promise<Cosigners>}
 */
export async function cosigners(raw, chainOf) {
  const note = readNote(raw);
  const named = note.lines
    .map((line) => ({ line, witness: NAME.exec(line.name)?.[1] }))
    .filter(({ witness }) => witness !== undefined);
  const found = { good: [], wrong: [], unknown: [], lines: named.length };
  const keys = new Map();
  for (const { line, witness } of named.slice(0, MOST)) {
    if (!keys.has(witness)) {
      keys.set(witness, await keysOf(witness, chainOf));
    }
    judge(found, line, witness, keys.get(witness), note.text);
  }
  return found;
}

function judge(found, line, witness, keys, text) {
  const key = keys.find((known) => isBy(line, known));
  if (key === undefined) {
    found.unknown.push(witness);
    return;
  }
  try {
    const time = verifyLine(line, text, key);
    const before = found.good.find((one) => one.witness === witness);
    if (before === undefined) {
      found.good.push({ witness, time });
    } else {
      before.time = Math.min(before.time, time);
    }
  } catch (problem) {
    if (!(problem instanceof ProtocolError)) {
      throw problem;
    }
    found.wrong.push({ witness, code: problem.code });
  }
}

async function keysOf(witness, chainOf) {
  try {
    const chain = openChain(await chainOf(witness));
    const own = chain.community === witness ? witnessKeys(chain) : [];
    return own.map((key) => witnessKeyOf(witness, key));
  } catch (problem) {
    if (problem instanceof ProtocolError || problem instanceof Trouble) {
      return [];
    }
    throw problem;
  }
}
