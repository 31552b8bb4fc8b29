/** A receipt out of a file or out of this browser, verified again, with or without a network. */

import { keysAt } from '../identity/chain.js';
import { openProof } from '../identity/heads.js';
import { readEntry } from '../ledger/entry.js';
import { equal } from '../wire/bytes.js';
import { inconsistent } from '../wire/errors.js';
import { verifyMessage } from '../wire/message.js';
import { b64Encode, hexEncode, utf8Decode } from '../wire/text.js';
import { Findings, no, unsure, yes } from './findings.js';
import { knownChain, knownHead, learnChain } from './heads.js';
import { checkCosigned, checkHead, checkPublished } from './verifying.js';

/**
 * @param {import('./source.js').Kept} kept
 * @param {import('./source.js').Source} source
 * @param {import('./heads.js').Shelves} shelves
 * @param {{online: boolean}} how whether the node is asked for its newest head; otherwise it is
 *     asked for nothing but a key chain that neither the file nor the browser has
 * @returns {Promise<Findings>}
 */
export async function verifyKept(kept, source, shelves, { online }) {
  const findings = new Findings();
  Object.assign(findings.evidence, {
    entry: b64Encode(kept.entry),
    receipt: utf8Decode(kept.receipt),
  });
  const entry = await findings.look('signature', async () => checkSignature(kept));
  const ledger = entry === null ? null : entry.message.ledger || entry.message.id;
  const chain = await findings.look('chain', () => checkChain(findings, kept, ledger, source, shelves));
  const stands = await findings.look('place', async () => checkPlace(kept, chain));
  if (chain !== null && entry !== null) {
    await findings.look('author', async () => checkAuthor(entry, chain));
  }
  if (online) {
    const head = await checkHead(findings, ledger, chain, source);
    await checkPublished(findings, { chain, head, stands });
  } else {
    await findings.look('before', () => compareSeen(findings, ledger, chain, stands, shelves));
  }
  await checkCosigned(findings, stands, (witness) => chainOf(witness, source, shelves, online));
  findings.entry = entry;
  return findings;
}

function checkSignature({ entry: raw, community, message: stated }) {
  const entry = readEntry(raw);
  const { message } = entry;
  verifyMessage(message);
  const ledger = message.ledger || message.id;
  if ((community ?? ledger) !== ledger || (stated ?? message.id) !== message.id) {
    throw inconsistent('receipt-other', 'it is about another message than it says');
  }
  return yes('signature-yes', {}, [['author', message.author.text], ['message', message.id]], entry);
}

async function checkChain(findings, { chain: raws }, ledger, source, shelves) {
  if (ledger === null) {
    return unsure('needs-entry');
  }
  const offered = raws ?? (await source.chain(ledger));
  findings.evidence.chain = offered.map(utf8Decode);
  // A file is no reason to remember a community: only what was known before is compared.
  const readOnly = { get: shelves.get, put: async () => undefined };
  const chain = await learnChain(ledger, offered, readOnly);
  const compared = [['community', ledger], ['events', chain.events.length]];
  return yes('chain-yes', { n: chain.events.length }, compared, chain);
}

function checkPlace({ entry, receipt: raw }, chain) {
  if (chain === null) {
    return unsure('needs-keys');
  }
  const { receipt, leaf } = openProof(entry, raw, chain);
  const { checkpoint, index, note } = receipt;
  const { size, root } = checkpoint;
  const compared = [['leaf', hexEncode(leaf)], ['size', size], ['root', hexEncode(root)]];
  return yes('place-yes', { index, size }, compared, { note, checkpoint });
}

function checkAuthor({ message, index }, chain) {
  const compared = [['author', message.author.text]];
  if (chain.events.some((event) => event.id === message.id)) {
    return yes('author-root', {}, compared);
  }
  const isVoice = keysAt(chain, index).voice.text === message.author.text;
  return isVoice ? yes('author-voice', {}, compared) : unsure('author-word', {}, compared);
}

/** Offline, a head can be compared with one of the same size alone. */
async function compareSeen(findings, ledger, chain, stands, shelves) {
  if (stands === null) {
    return unsure('needs-head');
  }
  const seen = await knownHead(ledger, chain, shelves);
  const [kept, known] = [stands.checkpoint, seen?.checkpoint];
  if (known === undefined || known.size !== kept.size) {
    return unsure('before-offline');
  }
  const compared = [['earlier-root', hexEncode(known.root)], ['root', hexEncode(kept.root)]];
  const values = { then: seen.seen, old: known.size, size: kept.size };
  findings.evidence.seen = { note: utf8Decode(seen.note), at: seen.seen };
  return equal(known.root, kept.root)
    ? yes('before-same', values, compared)
    : no('before-forked', values, compared);
}

async function chainOf(witness, source, shelves, online) {
  const known = await knownChain(witness, shelves);
  if (known !== null) {
    return known.events.map((event) => event.raw);
  }
  return online ? source.chain(witness) : [];
}
