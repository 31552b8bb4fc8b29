/**
 * The Merkle tree of RFC 9162 section 2.1: roots and proofs (docs/spec/merkle.md).
 *
 * Leaves are given as leaf hashes; only `leafHash` sees an entry. What the RFC leaves open is
 * closed: from size 0 and between equal sizes the proof is empty, and a proof with a hash too
 * many or too few fails. Sizes go beyond 32 bits, so no bit operators here.
 */

import { DIGEST_BYTES, concat, equal, sha256 } from '../wire/bytes.js';
import { inconsistent } from '../wire/errors.js';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const EMPTY_ROOT = sha256(new Uint8Array(0));

/** Hash of an entry's bytes as a leaf. @param {Uint8Array} raw @returns {Uint8Array} */
export const leafHash = (raw) => sha256(concat(LEAF, raw));

/** @param {Uint8Array} left @param {Uint8Array} right @returns {Uint8Array} */
export const nodeHash = (left, right) => sha256(concat(NODE, left, right));

/**
 * Root of the tree over these leaf hashes.
 *
 * @param {Iterable<Uint8Array>} leaves
 * @returns {Uint8Array}
 */
export function rootOf(leaves) {
  const peaks = []; // roots of complete subtrees, largest first
  let size = 0;
  for (const leaf of leaves) {
    let subtree = leaf;
    for (let complete = size; isOdd(complete); complete = half(complete)) {
      subtree = nodeHash(peaks.pop(), subtree);
    }
    peaks.push(subtree);
    size += 1;
  }
  return peaks.length === 0 ? EMPTY_ROOT : peaks.reduceRight((root, peak) => nodeHash(peak, root));
}

/**
 * Checks that the leaf hash is number `index` in the tree of that size and root.
 *
 * @param {Uint8Array} leaf
 * @param {number} index
 * @param {number} size
 * @param {Uint8Array[]} proof the leaf's sibling first
 * @param {Uint8Array} root
 * @throws {ProtocolError} inclusion-invalid
 */
export function verifyInclusion(leaf, index, size, proof, root) {
  const fail = (detail) => inconsistent('inclusion-invalid', detail);
  if (!isSize(index) || !isSize(size) || index >= size) {
    throw fail('the index is outside the tree');
  }
  if (!areHashes(leaf, root, ...proof)) {
    throw fail('a hash has 32 bytes');
  }
  let result = leaf;
  climb(index, size - 1, proof, fail, (sibling, onTheLeft) => {
    result = onTheLeft ? nodeHash(sibling, result) : nodeHash(result, sibling);
  });
  if (!equal(result, root)) {
    throw fail('the proof leads to another root');
  }
}

/**
 * Checks that the old tree is the beginning of the new one.
 *
 * @param {number} old
 * @param {number} size of the new tree
 * @param {Uint8Array} oldRoot
 * @param {Uint8Array} newRoot
 * @param {Uint8Array[]} proof
 * @throws {ProtocolError} consistency-invalid
 */
export function verifyConsistency(old, size, oldRoot, newRoot, proof) {
  const fail = (detail) => inconsistent('consistency-invalid', detail);
  if (!isSize(old) || !isSize(size) || old > size) {
    throw fail('the old size is beyond the new one');
  }
  if (!areHashes(oldRoot, newRoot, ...proof)) {
    throw fail('a hash has 32 bytes');
  }
  if (old === 0 || old === size) {
    const expected = old === 0 ? EMPTY_ROOT : newRoot;
    const emptyAlike = size > 0 || equal(newRoot, EMPTY_ROOT);
    if (proof.length > 0 || !equal(oldRoot, expected) || !emptyAlike) {
      throw fail('nothing to prove, yet a proof; or the same size has two roots');
    }
    return;
  }
  const [fromOld, fromNew] = bothRoots(old, size, oldRoot, proof, fail);
  if (!equal(fromOld, oldRoot)) {
    throw fail('the proof leads to another old root');
  }
  if (!equal(fromNew, newRoot)) {
    throw fail('the proof leads to another new root');
  }
}

function bothRoots(old, size, oldRoot, proof, fail) {
  // A complete old tree is itself the first hash of the path; then it is left out.
  const path = isPowerOfTwo(old) ? [oldRoot, ...proof] : proof;
  if (path.length === 0) {
    throw fail('the proof is too short');
  }
  let [place, last] = [old - 1, size - 1];
  while (isOdd(place)) {
    [place, last] = [half(place), half(last)];
  }
  let [fromOld, fromNew] = [path[0], path[0]];
  climb(place, last, path.slice(1), fail, (sibling, onTheLeft) => {
    fromOld = onTheLeft ? nodeHash(sibling, fromOld) : fromOld;
    fromNew = onTheLeft ? nodeHash(sibling, fromNew) : nodeHash(fromNew, sibling);
  });
  return [fromOld, fromNew];
}

/** The way from a node to the root (RFC 9162 sections 2.1.3.2 and 2.1.4.2), a hash a step. */
function climb(place, last, path, fail, step) {
  for (const sibling of path) {
    if (last === 0) {
      throw fail('the proof is too long');
    }
    const onTheLeft = isOdd(place) || place === last;
    step(sibling, onTheLeft);
    if (onTheLeft) {
      while (!isOdd(place) && place > 0) {
        [place, last] = [half(place), half(last)];
      }
    }
    [place, last] = [half(place), half(last)];
  }
  if (last !== 0) {
    throw fail('the proof is too short');
  }
}

const isSize = (size) => Number.isSafeInteger(size) && size >= 0;
const isOdd = (size) => size % 2 === 1;
const half = (size) => Math.floor(size / 2);
const areHashes = (...hashes) => hashes.every((known) => known.length === DIGEST_BYTES);

function isPowerOfTwo(size) {
  let rest = size;
  while (rest > 1 && !isOdd(rest)) {
    rest = half(rest);
  }
  return rest === 1;
}
