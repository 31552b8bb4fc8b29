/** Proofs out of tiles are those that a checker takes, at every size and place. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { leafHash, rootOf, verifyConsistency, verifyInclusion } from '../../node/pages/web/ledger/merkle.js';
import { TiledTree } from '../../node/pages/web/ledger/tiled.js';
import { readTilePath } from '../../node/pages/web/ledger/tiles.js';
import { concat } from '../../node/pages/web/wire/bytes.js';
import { bytesOf } from './vector_files.mjs';

const MOST = 66_000;
const leaves = Array.from({ length: MOST }, (_, at) => leafHash(bytesOf(`entry ${at}`)));

/** A server of tiles over the first leaves, as C2SP describes it. */
function tilesOf(size) {
  const levels = [leaves.slice(0, size)];
  while (levels[levels.length - 1].length >= 256) {
    const below = levels[levels.length - 1];
    const full = Math.floor(below.length / 256);
    levels.push(Array.from({ length: full }, (_, at) => rootOf(below.slice(256 * at, 256 * at + 256))));
  }
  const asked = [];
  const read = async (path) => {
    const { level, index, width } = readTilePath(path);
    const hashes = levels[level].slice(256 * index, 256 * index + width);
    assert.equal(hashes.length, width, path);
    asked.push(path);
    return concat(...hashes);
  };
  return { read, asked };
}

const rootAt = (size) => rootOf(leaves.slice(0, size));

test('every leaf of small trees', async () => {
  for (const size of [1, 2, 3, 5, 8, 13, 64, 100]) {
    const tree = new TiledTree(size, tilesOf(size).read);
    for (let index = 0; index < size; index += 1) {
      const proof = await tree.inclusion(index);
      verifyInclusion(await tree.leaf(index), index, size, proof, rootAt(size));
    }
    for (let old = 0; old <= size; old += 1) {
      const proof = await tree.consistency(old);
      verifyConsistency(old, size, rootAt(old), rootAt(size), proof);
      assert.deepEqual(await tree.hash(0, old), rootAt(old));
    }
  }
});

test('trees whose tiles are full, partial, and of two levels', async () => {
  for (const size of [255, 256, 257, 511, 512, 700, 65_536, MOST]) {
    const { read, asked } = tilesOf(size);
    const tree = new TiledTree(size, read);
    for (const index of [0, 1, 254, 255, 256, 300, 65_535, size - 1].filter((one) => one < size)) {
      const proof = await tree.inclusion(index);
      verifyInclusion(leaves[index], index, size, proof, rootAt(size));
    }
    for (const old of [1, 255, 256, 257, 300, 65_536, size - 1].filter((one) => one <= size)) {
      verifyConsistency(old, size, rootAt(old), rootAt(size), await tree.consistency(old));
    }
    assert.equal(new Set(asked).size, asked.length, 'a tile was asked for twice');
  }
});
