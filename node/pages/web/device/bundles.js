/**
 * A bundle, verified in the browser: for each ledger its key chain, its heads, every signature, the
 * tree over all of it, and who vouches. What was decided is counted anew by `acuerdo verify` alone.
 */

import { openHead } from '../identity/heads.js';
import { openChain } from '../identity/chain.js';
import { readEntry } from '../ledger/entry.js';
import { rootOf, verifyConsistency } from '../ledger/merkle.js';
import { readSection, splitBundle } from '../replication/bundle.js';
import { inconsistent } from '../wire/errors.js';
import { verifyMessage } from '../wire/message.js';
import { hexEncode } from '../wire/text.js';
import { Findings, unsure, yes } from './findings.js';
import { mismatch } from './mismatch.js';
import { checkCosigned } from './verifying.js';

const AT_ONCE = 40;

/**
 * @param {Uint8Array} raw
 * @param {(done: number) => void} [progress] entries verified so far
 * @returns {Promise<{ledger: string, findings: Findings}[]>} a verdict for every section
 * @throws {ProtocolError} it is no bundle at all
 */
export async function verifyBundle(raw, progress = () => undefined) {
  const frames = splitBundle(raw);
  const held = new Map();
  const chains = new Map();
  const found = [];
  let done = 0;
  for (const frame of frames) {
    const findings = new Findings();
    const section = await findings.look('section', async () => readWhole(frame));
    if (section !== null) {
      chains.set(section.ledger, section.chain);
      await verifySection(findings, section, held, (count) => progress(done + count));
      done += section.items.length;
      found.push({ ledger: frame.ledger, findings, head: section.heads[section.heads.length - 1] });
    } else {
      found.push({ ledger: frame.ledger, findings, head: null });
    }
  }
  for (const { findings, head } of found) {
    const vouched = head === null ? null : { note: head };
    await checkCosigned(findings, vouched, async (witness) => chains.get(witness) ?? []);
  }
  return found;
}

function readWhole(frame) {
  const section = readSection(frame);
  const { start, end, items } = section;
  const whole = items.filter((item) => item.raw !== null).length;
  return yes('section-yes', { start, end, n: whole, hidden: items.length - whole }, [], section);
}

async function verifySection(findings, section, held, progress) {
  const chain = await findings.look('chain', async () => {
    const opened = openChain(section.chain);
    if (opened.community !== section.ledger) {
      throw inconsistent('chain-other', 'the key chain is of another community');
    }
    return yes('chain-yes', { n: opened.events.length }, [['community', section.ledger]], opened);
  });
  await findings.look('entries', () => checkEntries(section, progress));
  const head = await findings.look('head', async () => checkHeads(section, chain));
  await findings.look('place', async () => checkTree(section, head, held));
}

async function checkEntries({ ledger, items, start }, progress) {
  let count = 0;
  for (const [at, { raw }] of items.entries()) {
    if (raw !== null) {
      const { message, index } = readEntry(raw);
      verifyMessage(message);
      if (index !== start + at || (message.ledger || message.id) !== ledger) {
        throw mismatch('entry-index', `entry ${start + at} states another place or ledger`);
      }
      count += 1;
    }
    if (at % AT_ONCE === AT_ONCE - 1) {
      progress(at + 1);
      await new Promise((resolve) => setTimeout(resolve)); // the page stays alive
    }
  }
  return yes('entries-yes', { n: count });
}

function checkHeads({ heads }, chain) {
  if (chain === null) {
    return unsure('needs-keys');
  }
  const opened = heads.map((raw) => openHead(raw, chain));
  const newest = opened[opened.length - 1];
  const compared = [['size', newest.size], ['root', hexEncode(newest.root)]];
  return yes('head-yes', { size: newest.size }, compared, newest);
}

/** The root over everything so far is what the head says, or its beginning. */
function checkTree({ ledger, start, end, items, proof }, head, held) {
  const before = held.get(ledger) ?? [];
  if (head === null) {
    return unsure('needs-head');
  }
  if (before.length !== start) {
    return unsure('tree-later', { start });
  }
  const leaves = [...before, ...items.map((item) => item.leaf)];
  held.set(ledger, leaves);
  const root = rootOf(leaves);
  verifyConsistency(end, head.size, root, head.root, proof);
  const compared = [['size', end], ['root', hexEncode(root)]];
  return yes('tree-yes', { n: end, size: head.size }, compared);
}
