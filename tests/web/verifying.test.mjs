/** What a browser finds out about an entry: a true node, and one that lies in every way. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { logKeys, openChain } from '../../node/pages/web/identity/chain.js';
import { keepReceipt } from '../../node/pages/web/device/receipts.js';
import { Trouble } from '../../node/pages/web/device/net.js';
import { verifyEntry } from '../../node/pages/web/device/verifying.js';
import { verifyKept } from '../../node/pages/web/device/kept.js';
import { verifyEvidence } from '../../node/pages/web/ledger/fork.js';
import { leafHash, rootOf } from '../../node/pages/web/ledger/merkle.js';
import { sha256 } from '../../node/pages/web/wire/bytes.js';
import { b64Encode, utf8Decode } from '../../node/pages/web/wire/text.js';
import { NOW, SmallLedger, emptyShelves, messageIn } from './small_ledger.mjs';
import { bytesOf } from './vector_files.mjs';

const ours = await SmallLedger.found('ceiba');
const roble = await SmallLedger.found('roble');
await ours.grow(6);

const states = (findings) => Object.fromEntries(findings.lines.map(({ name, key }) => [name, key]));
const look = (asked, source, shelves = emptyShelves()) => verifyEntry(asked, source, shelves, NOW);

async function seenBefore(size = 5) {
  const shelves = emptyShelves();
  const early = { ...ours, source: SmallLedger.prototype.source };
  Object.setPrototypeOf(early, SmallLedger.prototype);
  early.entries = ours.entries.slice(0, size);
  await look(early.asked(2), early.source(), shelves);
  return shelves;
}

test('everything matches only when everything was computed', async () => {
  const shelves = await seenBefore();
  const source = ours.source({ witnesses: [roble] });
  const findings = await look(ours.asked(4), source, shelves);
  assert.deepEqual(states(findings), {
    signature: 'signature-yes',
    author: 'author-founded',
    chain: 'chain-yes',
    place: 'place-yes',
    head: 'head-yes',
    published: 'published-yes',
    before: 'before-yes',
    cosigned: 'cosigned-yes',
  });
  assert.equal(findings.verdict, 'yes');
  assert.equal(shelves.held.get(`heads/${ours.id}`).size, ours.entries.length);
});

test('a first look, and a head that nobody else signed, are not all fine', async () => {
  const findings = await look(ours.asked(4), ours.source());
  assert.equal(states(findings).before, 'before-first');
  assert.equal(states(findings).cosigned, 'cosigned-nobody');
  assert.equal(findings.verdict, 'unsure');
});

test('an entry that is withheld is looked for by its hash', async () => {
  const asked = ours.asked(4, { entry: null, author: null });
  const findings = await look(asked, ours.source());
  assert.equal(states(findings).place, 'place-yes');
  assert.equal(states(findings).signature, 'signature-hidden');
  assert.equal(findings.verdict, 'unsure');
});

test('a ledger of another community is verified by its tiles', async () => {
  const source = { ...ours.source(), place: () => assert.fail('it has no receipts of others') };
  assert.equal(states(await look(ours.asked(4, { own: false }), source)).place, 'place-yes');
});

const changed = (raw, from, to) => bytesOf(utf8Decode(raw).replace(from, to));
const other = await SmallLedger.found('pino');
const another = sha256(bytesOf('another history'));

// What the node says, and the line that turns red (or stays open) for it.
const LIES = [
  ['other words in the page', {}, { entry: changed(ours.entries[4], '"4\\"', '"5\\"') }, 'signature-no'],
  ['other time in the page', {}, { entry: changed(ours.entries[4], /"received":\d+/, '"received":1') }, 'place-no'],
  ['another leaf hash in the page', {}, { leaf: '0'.repeat(64) }, 'place-no'],
  ['another entry', {}, { entry: ours.entries[5] }, 'signature-no'],
  ['a receipt for another entry', { place: async () => ({ receipt: ours.receipt(3), witnesses: 0 }) }, {}, 'place-no'],
  ['a receipt without its ledger', { place: async () => ({ receipt: other.receipt(1), witnesses: 0 }) }, {}, 'place-no'],
  ['a false author', {}, { author: changed(ours.entries[1], '"household\\":null', '"household\\":\\"a\\"') }, 'author-no'],
  ['another one as the author', {}, { author: ours.entries[3] }, 'author-word'],
  ['the keys of another community', { chain: async () => [messageIn(other.entries[0])] }, {}, 'chain-no'],
  ['no keys', { chain: async () => [] }, {}, 'chain-no'],
  ['the head of another ledger', { head: async () => other.head() }, {}, 'head-no'],
  ['an unsigned head', { head: async () => changed(ours.head(), '8\n', '9\n') }, {}, 'head-no'],
  ['a forked head', { head: async () => ours.head({ root: another }) }, {}, 'published-forked'],
  ['false hashes', { tile: async () => new Uint8Array(8 * 32) }, { own: false }, 'place-no'],
  ['a cosignature forged', { place: async () => forged() }, {}, 'cosigned-no'],
  ['a cosignature stripped', { place: async () => ({ receipt: ours.receipt(4), witnesses: 1 }) }, {}, 'cosigned-missing'],
];

function forged() {
  const receipt = utf8Decode(ours.receipt(4, { witnesses: [roble] }));
  const at = receipt.lastIndexOf('=') === -1 ? receipt.length - 12 : receipt.lastIndexOf('=') - 12;
  const letter = receipt[at] === 'A' ? 'B' : 'A';
  return { receipt: bytesOf(receipt.slice(0, at) + letter + receipt.slice(at + 1)), witnesses: 1 };
}

for (const [lie, answers, page, expected] of LIES) {
  test(`a lie: ${lie}`, async () => {
    const source = { ...ours.source({ witnesses: [roble] }), ...answers };
    const findings = await look(ours.asked(4, page), source);
    assert.ok(Object.values(states(findings)).includes(expected), JSON.stringify(states(findings)));
    assert.equal(findings.verdict, expected === 'author-word' ? 'unsure' : 'no');
  });
}

test('a ledger that was cut back is an alarm, and the larger head is kept', async () => {
  const shelves = await seenBefore(8);
  const source = { ...ours.source(), head: async () => ours.head({ size: 6 }) };
  const findings = await look(ours.asked(4, { own: false }), source, shelves);
  assert.equal(states(findings).before, 'before-older');
  assert.equal(shelves.held.get(`heads/${ours.id}`).size, 8);
  assert.ok(findings.evidence.seen.note.includes('\n8\n'));
});

test('another history than before is an alarm with evidence that anybody can check', async () => {
  const forks = await SmallLedger.found('ceiba');
  await forks.say('text/publish', { title: { es: 'x' }, texts: { es: 'otra' } }, forks.member);
  await forks.grow(6);
  assert.equal(forks.id, ours.id);
  const shelves = await seenBefore(5);
  const findings = await look(forks.asked(4), forks.source(), shelves);
  assert.equal(states(findings).before, 'before-forked');
  assert.equal(states(findings).published, 'published-yes');
  const chain = openChain([messageIn(ours.entries[0])]);
  verifyEvidence(findings.evidence.fork, ours.id, logKeys(chain));
  assert.equal(shelves.held.get(`heads/${ours.id}`).size, 5);
});

test('hashes that lead nowhere are no evidence of a fork', async () => {
  const shelves = await seenBefore(5);
  const source = { ...ours.source(), tile: async () => new Uint8Array(8 * 32) };
  const findings = await look(ours.asked(4), source, shelves);
  assert.equal(states(findings).before, 'before-broken');
  assert.equal(findings.evidence.fork, undefined);
});

test('what the network does not bring is not called right', async () => {
  const offline = async () => {
    throw new Trouble('network', 'no route');
  };
  const source = { chain: offline, head: offline, place: offline, tile: offline };
  const findings = await look(ours.asked(4), source);
  assert.equal(findings.verdict, 'unsure');
  assert.equal(states(findings).signature, 'signature-yes');
  assert.equal(states(findings).chain, 'unreached');
  const partly = await look(ours.asked(4), { ...ours.source(), tile: offline }, await seenBefore());
  assert.equal(states(partly).before, 'unreached');
});

test('a receipt newer than what is published waits', async () => {
  const source = { ...ours.source(), head: async () => ours.head({ size: 5 }) };
  assert.equal(states(await look(ours.asked(4), source)).published, 'published-not-yet');
});

const answerOf = (index, more = {}) => ({
  id: 'the id',
  index,
  receipt: utf8Decode(ours.receipt(index)),
  entry: b64Encode(ours.entries[index]),
  ...more,
});

test('a true receipt is kept, and holds again without a network', async () => {
  const shelves = emptyShelves();
  const raw = messageIn(ours.entries[4]);
  await keepReceipt(ours.id, raw, answerOf(4), { source: ours.source(), shelves });
  const [kept] = [...shelves.held.values()].filter(({ state }) => state === 'true');
  assert.equal(kept.index, 4);
  const parts = {
    community: kept.community,
    message: kept.id,
    entry: ours.entries[4],
    receipt: bytesOf(kept.receipt),
    chain: kept.chain.map(bytesOf),
  };
  const findings = await verifyKept(parts, {}, emptyShelves(), { online: false });
  assert.equal(states(findings).place, 'place-yes');
  assert.equal(findings.verdict, 'unsure');
  const wrong = { ...parts, message: '0'.repeat(64) };
  assert.equal((await verifyKept(wrong, {}, emptyShelves(), { online: false })).verdict, 'no');
});

test('on a shared device nothing is kept', async () => {
  const shelves = emptyShelves();
  const raw = messageIn(ours.entries[4]);
  await keepReceipt(ours.id, raw, answerOf(4), { keep: false, source: ours.source(), shelves });
  assert.deepEqual([...shelves.held.values()].filter(({ state }) => state), []);
});

const FALSE = [
  ['for another message', messageIn(ours.entries[5]), answerOf(4)],
  ['under another head', messageIn(ours.entries[4]), answerOf(4, { receipt: utf8Decode(other.receipt(1)) })],
  ['without an entry', messageIn(ours.entries[4]), answerOf(4, { entry: null })],
  ['cut short', messageIn(ours.entries[4]), answerOf(4, { receipt: 'c2sp.org/tlog-proof@v1\n' })],
];

for (const [lie, raw, answer] of FALSE) {
  test(`a receipt ${lie} is refused and kept as evidence`, async () => {
    const shelves = emptyShelves();
    const given = keepReceipt(ours.id, raw, answer, { source: ours.source(), shelves });
    await assert.rejects(given, (problem) => problem.code === 'receipt-false' && problem.passing);
    assert.equal([...shelves.held.values()].filter(({ state }) => state === 'false').length, 1);
  });
}

