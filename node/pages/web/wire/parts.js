/** A small bundle as several short texts (docs/spec/bundle.md, "In pictures"). */

import { concat, sha256 } from './bytes.js';
import { malformed } from './errors.js';
import { MAX_PARTS, MAX_PARTS_BYTES, MAX_PART_CHARS } from './limits.js';
import { b32Decode, b32Encode, readDecimal, utf8Encode } from './text.js';

const PREFIX = 'ACUERDO-B1';
const CHECK_BYTES = 5;
const DIGEST_BYTES = 10;
const PART = /^ACUERDO-B1:([A-Z2-7]{8}):([0-9]{1,3}):([0-9]{1,3}):([A-Z2-7]{16}):([A-Z2-7]+)$/;

/** Whatever looks like a part in a longer text: a link, a chat, several lines. */
const SOMEWHERE = /ACUERDO-B1:[A-Z2-7]{8}:[0-9]{1,3}:[0-9]{1,3}:[A-Z2-7]{16}:[A-Z2-7]+/g;

/**
 * @typedef {object} Part
 * @property {string} text as it was written
 * @property {number} number from 1
 * @property {number} total
 * @property {string} digest which parts belong together
 * @property {Uint8Array} data
 */

/** @param {string} text @returns {string[]} what may be parts, in the order of the text */
export const partsIn = (text) => text.match(SOMEWHERE) ?? [];

/** @param {string} text @returns {Part} */
export function readPart(text) {
  const found = text.length <= MAX_PART_CHARS ? PART.exec(text) : null;
  if (found === null) {
    throw malformed('part-malformed', 'not a part of a bundle in pictures');
  }
  const [, check, number, total, digest, data] = found;
  if (check !== checkOf(text.slice(PREFIX.length + check.length + 2))) {
    throw malformed('part-damaged', 'a character of the part is wrong or missing');
  }
  const part = {
    text,
    number: readDecimal(number),
    total: readDecimal(total),
    digest,
    data: b32Decode(data),
  };
  if (!(part.number >= 1 && part.number <= part.total && part.total <= MAX_PARTS)) {
    throw malformed('part-malformed', `a part is one of at most ${MAX_PARTS}`);
  }
  return part;
}

/** @param {Part[]} parts @returns {Uint8Array} the file */
export function joinParts(parts) {
  const byNumber = new Map();
  for (const part of parts) {
    const first = byNumber.get(part.number) ?? part;
    byNumber.set(part.number, first);
    const mixed = [...byNumber.values()].some(
      (one) => one.digest !== part.digest || one.total !== part.total,
    );
    if (mixed || first.text !== part.text) {
      throw malformed('parts-mixed', 'these parts are not all of one file');
    }
  }
  const total = parts.length === 0 ? 1 : parts[0].total;
  if (byNumber.size !== total) {
    throw malformed('parts-missing', `${byNumber.size} of ${total} parts are here`);
  }
  const inOrder = Array.from({ length: total }, (_, at) => byNumber.get(at + 1).data);
  const raw = concat(...inOrder);
  if (raw.length > MAX_PARTS_BYTES || digestOf(raw) !== parts[0].digest) {
    throw malformed('parts-damaged', 'the parts do not make up what was sent');
  }
  return raw;
}

const checkOf = (rest) => b32Encode(sha256(utf8Encode(rest)).slice(0, CHECK_BYTES));

const digestOf = (raw) => b32Encode(sha256(raw).slice(0, DIGEST_BYTES));
