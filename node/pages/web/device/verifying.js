/**
 * An entry, verified in the browser from its bytes: who signed it, where it stands, under which
 * head, whether the ledger only grew since this browser looked last, and who else vouches for it.
 *
 * @typedef {{
 *   ledger: string,
 *   index: number,
 *   leaf: string,
 *   entry: Uint8Array | null,
 *   author: Uint8Array | null,
 *   own: boolean,
 * }} Asked
 *     `leaf` is the leaf hash that the page shows; `author` the entry that brought its author's
 *     key in; `own` says that the node which is asked writes this ledger and has receipts
 */

import { isVoice, keysAt } from '../identity/chain.js';
import { openHead, openProof } from '../identity/heads.js';
import { leafHash, readEntry } from '../ledger/entry.js';
import { verifyInclusion } from '../ledger/merkle.js';
import { TiledTree } from '../ledger/tiled.js';
import { equal } from '../wire/bytes.js';
import { unauthentic } from '../wire/errors.js';
import { verifyMessage } from '../wire/message.js';
import { b64Encode, hexDecode, hexEncode, utf8Decode } from '../wire/text.js';
import { Findings, no, unsure, yes } from './findings.js';
import { compare, keepHead, knownHead, learnChain } from './heads.js';
import { mismatch } from './mismatch.js';
import { cosigners } from './witnesses.js';

/**
 * @param {Asked} asked
 * @param {import('./source.js').Source} source
 * @param {import('./heads.js').Shelves} shelves
 * @param {number} now seconds
 * @returns {Promise<Findings>}
 */
export async function verifyEntry(asked, source, shelves, now) {
  const findings = new Findings();
  note(findings, { ledger: asked.ledger, index: asked.index, leaf: asked.leaf });
  const entry = await findings.look('signature', () => checkSignature(findings, asked));
  const chain = await findings.look('chain', () => checkChain(findings, asked, source, shelves));
  const head = await checkHead(findings, asked.ledger, chain, source);
  const stands = await checkPlace(findings, { asked, entry, chain, head, source });
  await checkAuthor(findings, { asked, entry, chain, head });
  await checkPublished(findings, { chain, head, stands });
  await checkBefore(findings, { ledger: asked.ledger, chain, head, shelves, now });
  const vouched = stands ?? head;
  await checkCosigned(findings, vouched, source.chain);
  return findings;
}

const note = (findings, parts) => Object.assign(findings.evidence, parts);

async function checkSignature(findings, { entry: raw, ledger, index }) {
  if (raw === null) {
    return unsure('signature-hidden');
  }
  note(findings, { entry: b64Encode(raw) });
  const entry = readEntry(raw);
  const { message } = entry;
  const compared = [['author', message.author.text], ['message', message.id]];
  verifyMessage(message);
  if ((message.ledger || message.id) !== ledger) {
    throw unauthentic('other-ledger', 'it was signed for another ledger');
  }
  if (entry.index !== index) {
    throw mismatch('entry-index', 'the entry states another place');
  }
  return yes('signature-yes', {}, compared, entry);
}

async function checkChain(findings, { ledger }, source, shelves) {
  const raws = await source.chain(ledger);
  note(findings, { chain: raws.map(utf8Decode) });
  const chain = await learnChain(ledger, raws, shelves);
  const compared = [['community', chain.community], ['events', chain.events.length]];
  return yes('chain-yes', { n: chain.events.length }, compared, chain);
}

/** The newest head that anybody is shown, and the tree under it. */
export async function checkHead(findings, ledger, chain, source) {
  return findings.look('head', async () => {
    if (chain === null) {
      return unsure('needs-keys');
    }
    const raw = await source.head(ledger);
    note(findings, { checkpoint: utf8Decode(raw) });
    const checkpoint = openHead(raw, chain);
    const tree = new TiledTree(checkpoint.size, (path) => source.tile(ledger, path));
    const head = { note: raw, checkpoint, tree };
    return yes('head-yes', { size: checkpoint.size }, rootOf(checkpoint), head);
  });
}

const rootOf = ({ size, root }) => [['size', size], ['root', hexEncode(root)]];
const bothRoots = (earlier, later) => [
  ['earlier-size', earlier.size],
  ['earlier-root', hexEncode(earlier.root)],
  ...rootOf(later),
];

/** Its leaf hash, and that it stands under a signed head: by the receipt, or by the hash tiles. */
async function checkPlace(findings, { asked, entry, chain, head, source }) {
  return findings.look('place', async () => {
    const leaf = entry === null ? hexDecode(asked.leaf, 32) : leafHash(entry.raw);
    if (hexEncode(leaf) !== asked.leaf) {
      throw mismatch('leaf-differs', 'the page shows another leaf hash than the bytes have');
    }
    if (chain === null) {
      return unsure('needs-keys');
    }
    if (entry !== null && asked.own) {
      return byReceipt(findings, { asked, entry, chain, source });
    }
    return byTiles(asked.index, leaf, head);
  });
}

async function byReceipt(findings, { entry, chain, source }) {
  const { receipt: raw, witnesses } = await source.place(entry.message.id);
  note(findings, { receipt: utf8Decode(raw), witnessed_by: witnesses });
  const { receipt, leaf } = openProof(entry.raw, raw, chain);
  const { checkpoint, index, note: head } = receipt;
  const compared = [['leaf', hexEncode(leaf)], ...rootOf(checkpoint), ['path', receipt.proof.length]];
  const gives = { note: head, checkpoint, witnesses };
  return yes('place-yes', { index, size: checkpoint.size }, compared, gives);
}

async function byTiles(index, leaf, head) {
  if (head === null) {
    return unsure('needs-head');
  }
  const { tree, checkpoint } = head;
  if (index >= checkpoint.size) {
    return unsure('place-unpublished', { size: checkpoint.size });
  }
  const proof = await tree.inclusion(index);
  verifyInclusion(leaf, index, checkpoint.size, proof, checkpoint.root);
  const compared = [['leaf', hexEncode(leaf)], ...rootOf(checkpoint), ['path', proof.length]];
  return yes('place-yes', { index, size: checkpoint.size }, compared, head);
}

/** Whose key it is: the community's own by its chain, a member's by the entry that brought it in. */
async function checkAuthor(findings, { asked, entry, chain, head }) {
  if (entry === null) {
    return;
  }
  await findings.look('author', async () => {
    const { author } = entry.message;
    if (chain === null) {
      return unsure('needs-keys');
    }
    if (chain.events.some((event) => event.id === entry.message.id)) {
      return yes('author-root', {}, [['author', author.text]]);
    }
    if (keysAt(chain, entry.index).voice.text === author.text) {
      return yes('author-voice', {}, [['author', author.text]]);
    }
    if (asked.author === null || head === null || isVoice(chain, author)) {
      return unsure('author-word', {}, [['author', author.text]]);
    }
    return broughtIn(asked.author, { ledger: asked.ledger, author, chain, head });
  });
}

async function broughtIn(raw, { ledger, author, chain, head }) {
  const entry = readEntry(raw);
  const { message, index } = entry;
  verifyMessage(message);
  if (message.ledger !== ledger) {
    throw unauthentic('other-ledger', 'the entry about the author is of another ledger');
  }
  const compared = [['author', author.text], ['entry', index], ['leaf', hexEncode(leafHash(raw))]];
  const how = wayIn(entry, author, chain);
  if (how === null || index >= head.checkpoint.size) {
    return unsure('author-word', {}, compared);
  }
  const { size, root } = head.checkpoint;
  if (!equal(await head.tree.hash(0, size), root)) {
    return unsure('author-word', {}, compared); // the hashes are false, which other lines say
  }
  verifyInclusion(leafHash(raw), index, size, await head.tree.inclusion(index), root);
  return yes(how, { index }, compared);
}

/** How an entry brings a key in: the community itself names it, or its holder took up an invitation. */
function wayIn({ message, index }, author, chain) {
  const byVoice = keysAt(chain, index).voice.text === message.author.text;
  if (message.kind === 'member/found' && byVoice && message.body.key === author.text) {
    return 'author-founded';
  }
  const joined = message.kind === 'member/join' && message.author.text === author.text;
  return joined ? 'author-joined' : null;
}

/** Whether the head of the receipt is the beginning of the one that everybody is shown. */
export async function checkPublished(findings, { chain, head, stands }) {
  if (stands === null || stands === head) {
    return;
  }
  await findings.look('published', async () => {
    if (head === null) {
      return unsure('needs-head');
    }
    const compared = bothRoots(stands.checkpoint, head.checkpoint);
    if (stands.checkpoint.size > head.checkpoint.size) {
      return unsure('published-not-yet', {}, compared);
    }
    const { holds, fork } = await compare(chain, stands, head, head.tree);
    return holds ? yes('published-yes', {}, compared) : parted(findings, 'published', fork, compared);
  });
}

function parted(findings, name, fork, compared) {
  note(findings, fork === null ? {} : { fork });
  return no(fork === null ? `${name}-broken` : `${name}-forked`, {}, compared);
}

/** Whether the ledger goes on from where this browser saw it last; what it saw then is kept. */
async function checkBefore(findings, { ledger, chain, head, shelves, now }) {
  await findings.look('before', async () => {
    if (head === null) {
      return unsure('needs-head');
    }
    const seen = await knownHead(ledger, chain, shelves);
    if (seen === null) {
      await keepHead(ledger, head, shelves, now);
      return unsure('before-first', { size: head.checkpoint.size }, rootOf(head.checkpoint));
    }
    note(findings, { seen: { note: utf8Decode(seen.note), at: seen.seen } });
    const values = { then: seen.seen, old: seen.checkpoint.size, size: head.checkpoint.size };
    const compared = bothRoots(seen.checkpoint, head.checkpoint);
    if (seen.checkpoint.size > head.checkpoint.size) {
      return no('before-older', values, compared);
    }
    const { holds, fork } = await compare(chain, seen, head, head.tree);
    if (!holds) {
      return { ...parted(findings, 'before', fork, compared), values };
    }
    await keepHead(ledger, head, shelves, now);
    return yes('before-yes', values, compared);
  });
}

/**
 * Who else signed the head; how many the node says there are is held against it.
 *
 * @param {Findings} findings
 * @param {{note: Uint8Array, witnesses?: number} | null} vouched
 * @param {(community: string) => Promise<Uint8Array[]>} chainOf
 */
export async function checkCosigned(findings, vouched, chainOf) {
  await findings.look('cosigned', async () => {
    if (vouched === null) {
      return unsure('needs-head');
    }
    const { good, wrong, unknown, lines } = await cosigners(vouched.note, chainOf);
    const compared = [
      ...good.map(({ witness, time }) => ['cosigned-by', { witness, time }]),
      ...wrong.map(({ witness, code }) => ['cosigned-wrong', { witness, code }]),
      ...unknown.map((witness) => ['cosigned-unknown', { witness }]),
    ];
    note(findings, { head: utf8Decode(vouched.note) });
    if (wrong.length > 0) {
      return no('cosigned-no', {}, compared);
    }
    if ((vouched.witnesses ?? 0) > lines) {
      return no('cosigned-missing', { told: vouched.witnesses, n: lines }, compared);
    }
    const key = good.length > 0 ? 'cosigned-yes' : 'cosigned-nobody';
    return (good.length > 0 ? yes : unsure)(key, { n: good.length }, compared);
  });
}
