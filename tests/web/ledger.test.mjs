/** Every vector of the ledger formats that a browser reads. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { openCheckpoint } from '../../node/pages/web/ledger/checkpoint.js';
import { readCosignatures, verifyLine, witnessKeyOf } from '../../node/pages/web/ledger/cosignature.js';
import { leafHash, readEntry } from '../../node/pages/web/ledger/entry.js';
import { readEvidence, verifyEvidence } from '../../node/pages/web/ledger/fork.js';
import { rootOf, verifyConsistency, verifyInclusion } from '../../node/pages/web/ledger/merkle.js';
import {
  readNote,
  readSignatureLine,
  readVkey,
  verifyNote,
  vkeyOf,
} from '../../node/pages/web/ledger/note.js';
import { openReceipt } from '../../node/pages/web/ledger/receipt.js';
import { readEntries, readTile, readTilePath, tilePath } from '../../node/pages/web/ledger/tiles.js';
import { concat } from '../../node/pages/web/wire/bytes.js';
import { keyOfSeed, readPublicKey } from '../../node/pages/web/wire/keys.js';
import { b64Encode, hexEncode } from '../../node/pages/web/wire/text.js';
import { bytesOf, rawOf, unhex, vectors } from './vector_files.mjs';

// Some vectors hold a hash that is not of 32 bytes, which is for the reader to refuse.
const hashes = (texts) => texts.map(unhex);

vectors('ledger/entry', (given) => {
  const raw = rawOf(given);
  const entry = readEntry(raw);
  return { index: entry.index, leaf: hexEncode(leafHash(entry.raw)) };
});

vectors('ledger/tree', (given) => ({
  root: hexEncode(rootOf(hashes(given.entries).map(leafHash))),
}));

vectors('ledger/inclusion', ({ leaf, index, size, proof, root }) =>
  verifyInclusion(unhex(leaf), index, size, hashes(proof), unhex(root)),
);

vectors('ledger/consistency', (given) =>
  verifyConsistency(
    given.old,
    given.new,
    unhex(given.old_root),
    unhex(given.new_root),
    hashes(given.proof),
  ),
);

vectors('ledger/vkey', (given) => {
  const key = readVkey(given.vkey);
  assert.equal(vkeyOf(key), given.vkey);
  return { id: hexEncode(key.keyId) };
});

vectors('ledger/note', (given) => {
  const key = readVkey(given.vkey);
  verifyNote(readNote(rawOf(given.note)), key);
});

vectors('ledger/checkpoint', (given) => {
  const key = readPublicKey(given.key);
  const { size, root } = openCheckpoint(rawOf(given.note), key, given.origin);
  return { size, root: hexEncode(root) };
});

vectors('ledger/cosignature', (given) => {
  const line = readSignatureLine(rawOf(given.line));
  return { time: verifyLine(line, bytesOf(given.text), readVkey(given.vkey)) };
});

vectors('ledger/tile-path', (given) => {
  assert.equal(tilePath(readTilePath(given.path)), given.path);
});

vectors('ledger/entry-tile', (given) => ({
  entries: readEntries(rawOf(given), given.width).map(hexEncode),
}));

vectors('ledger/receipt', (given) => {
  const receipt = openReceipt(bytesOf(given.receipt), unhex(given.leaf), readPublicKey(given.key));
  return { index: receipt.index, size: receipt.checkpoint.size };
});

vectors('ledger/fork', (given) => {
  const evidence = readEvidence(bytesOf(given.evidence));
  const { first, second } = verifyEvidence(evidence, given.ledger, given.keys.map(readPublicKey));
  assert.ok(first.size <= second.size);
});

test('a tree larger than 32 bits can hold', () => {
  const leaf = leafHash(bytesOf('an entry'));
  const [index, size] = [2 ** 45, 2 ** 45 + 1];
  const sibling = leafHash(bytesOf('everything before'));
  const root = rootOf([sibling, leaf]);
  verifyInclusion(leaf, index, size, [sibling], root);
  assert.throws(() => verifyInclusion(leaf, index - 1, size, [sibling], root), {
    code: 'inclusion-invalid',
  });
  // From a complete tree its own root is the first hash of the path, and is left out.
  verifyConsistency(index, size, sibling, root, [leaf]);
  assert.throws(() => verifyConsistency(index, size, leaf, root, [leaf]), {
    code: 'consistency-invalid',
  });
});

test('a tile of hashes has exactly so many', () => {
  const raw = concat(leafHash(bytesOf('a')), leafHash(bytesOf('b')));
  assert.deepEqual(readTile(raw, 2).map(hexEncode).join(''), hexEncode(raw));
  assert.throws(() => readTile(raw, 3), { code: 'tile-malformed' });
});

test('a witness counts once, with its earliest time; an unknown key is left aside', () => {
  const [witness, log] = [7, 9].map((seed) => keyOfSeed(new Uint8Array(32).fill(seed, 3)));
  const id = 'c0'.repeat(32);
  const text = bytesOf(`acuerdo/l/${id}\n0\n${b64Encode(leafHash(bytesOf('')))}\n`);
  const line = (key, time) => {
    const blob = new Uint8Array(8);
    new DataView(blob.buffer).setBigUint64(0, BigInt(time));
    const signed = key.sign(concat(bytesOf(`cosignature/v1\ntime ${time}\n`), text));
    return `\u2014 acuerdo/w/${id} ${b64Encode(concat(witnessKeyOf(id, key.public).keyId, blob, signed))}\n`;
  };
  const note = (...lines) => concat(text, bytesOf(`\n${lines.join('')}`));
  const known = new Map([[id, witness.public]]);
  const raw = note(line(witness, 300), line(witness, 200), line(log, 100));
  assert.deepEqual(readCosignatures(raw, known).map((one) => ({ ...one })), [
    { witness: id, time: 200 },
  ]);
  assert.deepEqual(readCosignatures(raw, new Map()), []);
  const broken = note(line(witness, 300), line(witness, 200).replace(/.{4}\n$/, 'AA==\n'));
  assert.throws(() => readCosignatures(broken, known));
});
