/**
 * The key chains and heads that this browser saw, and whether what it sees now goes on from them.
 *
 * Of two heads that contradict, the one that was there before is kept. Where the contradiction can
 * be shown to others, it comes as fork evidence (docs/spec/fork.md).
 */

import { openChain, logKeys, sameOrLonger } from '../identity/chain.js';
import { openHead } from '../identity/heads.js';
import { readCheckpoint } from '../ledger/checkpoint.js';
import { verifyEvidence } from '../ledger/fork.js';
import { verifyConsistency } from '../ledger/merkle.js';
import { readNote } from '../ledger/note.js';
import { concat, equal } from '../wire/bytes.js';
import { ProtocolError, inconsistent } from '../wire/errors.js';
import { b64Encode, hexEncode, utf8Decode, utf8Encode } from '../wire/text.js';

/**
 * Where chains and heads are kept; `device/store.js` is one.
 *
 * @typedef {{get: Function, put: Function}} Shelves
 *
 * A signed head.
 *
 * @typedef {{note: Uint8Array, checkpoint: import('../ledger/checkpoint.js').Checkpoint}} Head
 * @typedef {import('../identity/chain.js').Chain} Chain
 */

const DASH = utf8Encode('\u2014 ');
const LINE_FEED = Uint8Array.of(0x0a);

/**
 * The key chain of a community, which must go on from the one that this browser knew.
 *
 * @param {string} community
 * @param {Uint8Array[]} offered
 * @param {Shelves} shelves
 * @returns {Promise<Chain>}
 * @throws {ProtocolError} it does not hold, or contradicts the one known before
 */
export async function learnChain(community, offered, shelves) {
  const known = await knownChain(community, shelves);
  const chain = openChain(offered);
  if (chain.community !== community) {
    throw inconsistent('chain-other', 'the key chain is of another community');
  }
  const longer = known === null ? chain : sameOrLonger(known, chain);
  if (longer !== known) {
    const messages = longer.events.map((event) => utf8Decode(event.raw));
    await shelves.put('notes', { id: `chain/${community}`, messages });
  }
  return longer;
}

/** @returns {Promise<Chain | null>} the key chain as this browser saw it last */
export async function knownChain(community, shelves) {
  const kept = await shelves.get('notes', `chain/${community}`);
  return kept === undefined ? null : openChain(kept.messages.map(utf8Encode));
}

/** @returns {Promise<(Head & {seen: number}) | null>} the newest head that this browser saw */
export async function knownHead(ledger, chain, shelves) {
  const kept = await shelves.get('heads', ledger);
  if (kept === undefined) {
    return null;
  }
  const note = utf8Encode(kept.note);
  return { note, checkpoint: openHead(note, chain), seen: kept.seen };
}

/** Keeps a head that goes on from the one kept before. */
export async function keepHead(ledger, { note, checkpoint }, shelves, now) {
  await shelves.put('heads', {
    ledger,
    size: checkpoint.size,
    root: b64Encode(checkpoint.root),
    note: utf8Decode(note),
    seen: now,
  });
}

/**
 * Whether the smaller head is the beginning of the larger one.
 *
 * @param {Chain} chain
 * @param {Head} smaller
 * @param {Head} larger
 * @param {import('../ledger/tiled.js').TiledTree} tree of the larger head
 * @returns {Promise<{holds: boolean, fork: object | null}>} `fork` is evidence that anybody can
 *     check; without it the tiles do not even lead to the head that they are served under
 */
export async function compare(chain, smaller, larger, tree) {
  const [old, current] = [smaller.checkpoint, larger.checkpoint];
  if (old.size === current.size) {
    const holds = equal(old.root, current.root);
    return { holds, fork: holds ? null : shown(chain, smaller, larger, null, []) };
  }
  const proof = await tree.consistency(old.size);
  if (leads(old.size, current, old.root, proof)) {
    return { holds: true, fork: null };
  }
  const root = await tree.hash(0, old.size);
  const contradicts = leads(old.size, current, root, proof);
  return { holds: false, fork: contradicts ? shown(chain, smaller, larger, root, proof) : null };
}

function leads(size, current, root, proof) {
  try {
    verifyConsistency(size, current.size, root, current.root, proof);
    return true;
  } catch (problem) {
    if (problem instanceof ProtocolError) {
      return false;
    }
    throw problem;
  }
}

/** The two heads as evidence, read once more as whoever gets it will read it. */
function shown(chain, smaller, larger, root, proof) {
  const evidence = {
    ledger: chain.community,
    first: utf8Decode(bare(smaller.note)),
    second: utf8Decode(bare(larger.note)),
    root: root === null ? null : hexEncode(root),
    proof: proof.map(hexEncode),
  };
  verifyEvidence(evidence, chain.community, logKeys(chain));
  return evidence;
}

/** A head with the ledger's own signature alone. */
function bare(raw) {
  const note = readNote(raw);
  const { origin } = readCheckpoint(note.text);
  const own = note.lines.filter((line) => line.name === origin);
  const lines = own.map((line) =>
    utf8Encode(`${line.name} ${b64Encode(concat(line.keyId, line.signature))}\n`),
  );
  return concat(note.text, LINE_FEED, ...lines.map((line) => concat(DASH, line)));
}
