/**
 * A tree known by its hash tiles alone (C2SP tlog-tiles): hashes of its parts, and the proofs that
 * are made of them. Who serves the tiles need not be believed: a proof is checked by `merkle.js`.
 *
 * A ledger of 256 entries is one tile; one of 65,536 entries takes four tiles or fewer for a proof.
 */

import { EMPTY_ROOT, nodeHash, rootOf } from './merkle.js';
import { TILE_WIDTH, readTile, tilePath } from './tiles.js';

const LEVEL_BITS = 8;

export class TiledTree {
  /**
   * @param {number} size
   * @param {(path: string) => Promise<Uint8Array>} read a tile by its path below the ledger's address
   */
  constructor(size, read) {
    this.size = size;
    this.read = read;
    this.tiles = new Map();
  }

  /** The leaf hash of an entry. @param {number} index @returns {Promise<Uint8Array>} */
  leaf(index) {
    return this.hash(index, index + 1);
  }

  /**
   * The root of the subtree over the leaves from `start` up to, without, `end`, where the larger
   * tree has one.
   *
   * @param {number} start
   * @param {number} end
   * @returns {Promise<Uint8Array>}
   */
  async hash(start, end) {
    const peaks = [];
    for (let at = start; at < end; ) {
      let level = 0;
      while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) {
        level += 1;
      }
      peaks.push(await this.complete(level, at / 2 ** level));
      at += 2 ** level;
    }
    return peaks.length === 0 ? EMPTY_ROOT : peaks.reduceRight((root, peak) => nodeHash(peak, root));
  }

  /**
   * The path from a leaf to the root, the leaf's sibling first (RFC 9162 section 2.1.3.1).
   *
   * @param {number} index
   * @returns {Promise<Uint8Array[]>}
   */
  async inclusion(index) {
    const proof = [];
    let [start, end] = [0, this.size];
    while (end - start > 1) {
      const middle = start + largestBelow(end - start);
      if (index < middle) {
        proof.unshift(await this.hash(middle, end));
        end = middle;
      } else {
        proof.unshift(await this.hash(start, middle));
        start = middle;
      }
    }
    return proof;
  }

  /**
   * That the tree of `old` leaves is the beginning of this one (RFC 9162 section 2.1.4.1).
   *
   * @param {number} old
   * @returns {Promise<Uint8Array[]>}
   */
  async consistency(old) {
    if (old === 0 || old === this.size) {
      return [];
    }
    const proof = [];
    let [start, end] = [0, this.size];
    while (end !== old) {
      const middle = start + largestBelow(end - start);
      if (old <= middle) {
        proof.unshift(await this.hash(middle, end));
        end = middle;
      } else {
        proof.unshift(await this.hash(start, middle));
        start = middle;
      }
    }
    // The old tree, where it is whole, is known to whoever checks.
    return start === 0 ? proof : [await this.hash(start, end), ...proof];
  }

  /** A complete subtree of 2^level leaves, the index-th of its kind. */
  async complete(level, index) {
    const tileLevel = Math.floor(level / LEVEL_BITS);
    const count = 2 ** (level % LEVEL_BITS);
    const first = index * count;
    const hashes = await this.tile(tileLevel, Math.floor(first / TILE_WIDTH));
    const offset = first % TILE_WIDTH;
    return rootOf(hashes.slice(offset, offset + count));
  }

  tile(level, index) {
    const held = Math.floor(this.size / TILE_WIDTH ** level) - index * TILE_WIDTH;
    const width = Math.min(held, TILE_WIDTH);
    const path = tilePath({ level, index, width });
    if (!this.tiles.has(path)) {
      this.tiles.set(path, this.read(path).then((raw) => readTile(raw, width)));
    }
    return this.tiles.get(path);
  }
}

/** The largest power of two below a size of at least 2. */
function largestBelow(size) {
  let power = 1;
  while (power * 2 < size) {
    power *= 2;
  }
  return power;
}
