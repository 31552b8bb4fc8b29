/**
 * A bundle: parts of ledgers in one container (docs/spec/bundle.md). The frames are cut out first,
 * so that one damaged section costs the others nothing. Nothing in it is verified here.
 */

import { DIGEST_BYTES } from '../wire/bytes.js';
import { malformed } from '../wire/errors.js';
import {
  MAX_BUNDLE_BYTES,
  MAX_BUNDLE_SECTIONS,
  MAX_CHAIN_EVENTS,
  MAX_INTEGER,
  MAX_MESSAGE_BYTES,
  MAX_NOTE_BYTES,
  MAX_PROOF_HASHES,
  MAX_SEALED_BYTES,
  MAX_SECTION_HEADS,
  MAX_SECTION_ITEMS,
} from '../wire/limits.js';
import { hexEncode, utf8Encode } from '../wire/text.js';
import { leafHash } from '../ledger/merkle.js';

const MAGIC = utf8Encode('acuerdo/bundle/1\n');
const [ENTRY, HASH, SEALED] = [0, 1, 2];

/**
 * @typedef {Readonly<{ledger: string, body: Uint8Array}>} Frame a section that is not read yet
 *
 * An entry, whole; or its leaf hash, where the entry is withheld or sealed for its owner.
 *
 * @typedef {Readonly<{leaf: Uint8Array, raw: Uint8Array | null, sealed: Uint8Array | null}>} Item
 *
 * @typedef {Readonly<{
 *   ledger: string,
 *   chain: Uint8Array[],
 *   heads: Uint8Array[],
 *   start: number,
 *   end: number,
 *   items: Item[],
 *   proof: Uint8Array[],
 * }>} Section `end` is the size that the ledger has after the last item
 */

/** Whether these bytes say that they are a bundle. @param {Uint8Array} raw @returns {boolean} */
export const isBundle = (raw) =>
  raw.length >= MAGIC.length && MAGIC.every((byte, at) => raw[at] === byte);

/**
 * @param {Uint8Array} raw
 * @returns {Frame[]}
 * @throws {ProtocolError}
 */
export function splitBundle(raw) {
  if (raw.length > MAX_BUNDLE_BYTES) {
    throw malformed('bundle-too-long', `more than ${MAX_BUNDLE_BYTES} bytes`);
  }
  if (!isBundle(raw)) {
    throw malformed('bundle-malformed', 'not a bundle of this version');
  }
  const reader = new Reader(raw, MAGIC.length);
  const frames = reader.each(reader.count(2, MAX_BUNDLE_SECTIONS), () => ({
    ledger: hexEncode(reader.take(DIGEST_BYTES)),
    body: reader.take(reader.number(4)),
  }));
  reader.finish();
  return frames;
}

/**
 * @param {Frame} frame
 * @returns {Section}
 * @throws {ProtocolError}
 */
export function readSection({ ledger, body }) {
  const reader = new Reader(body, 0);
  const chain = reader.texts(1, MAX_CHAIN_EVENTS, MAX_MESSAGE_BYTES);
  const heads = reader.texts(2, MAX_SECTION_HEADS, MAX_NOTE_BYTES);
  const start = reader.number(8);
  const items = reader.each(reader.count(4, MAX_SECTION_ITEMS), () => reader.item());
  const proof = reader.each(reader.count(1, MAX_PROOF_HASHES), () => reader.take(DIGEST_BYTES));
  reader.finish();
  if (chain.length === 0 || heads.length === 0) {
    throw malformed('section-malformed', 'a section holds a key chain and a head');
  }
  const end = start + items.length;
  if (end > MAX_INTEGER) {
    throw malformed('section-malformed', 'no ledger is that long');
  }
  return Object.freeze({ ledger, chain, heads, start, end, items, proof });
}

/** Walks over bytes from front to back and never beyond them. */
class Reader {
  constructor(raw, at) {
    this.raw = raw;
    this.at = at;
  }

  take(length) {
    const taken = this.raw.subarray(this.at, this.at + length);
    if (taken.length !== length) {
      throw malformed('bundle-cut', 'the bytes end before what they announce');
    }
    this.at += length;
    return taken;
  }

  number(width) {
    return this.take(width).reduce((number, byte) => number * 256 + byte, 0);
  }

  count(width, most) {
    const found = this.number(width);
    if (found > most) {
      throw malformed('bundle-malformed', `${found} of something, and ${most} are allowed`);
    }
    return found;
  }

  each(count, read) {
    const found = [];
    while (found.length < count) {
      found.push(read());
    }
    return found;
  }

  texts(width, most, longest) {
    return this.each(this.count(width, most), () => this.take(this.count(2, longest)));
  }

  item() {
    const sort = this.number(1);
    if (sort === ENTRY) {
      const raw = this.take(this.number(2));
      return { leaf: leafHash(raw), raw, sealed: null };
    }
    const leaf = this.take(DIGEST_BYTES);
    if (sort !== HASH && sort !== SEALED) {
      throw malformed('section-malformed', `there is no item of sort ${sort}`);
    }
    const sealed = sort === SEALED ? this.take(this.count(4, MAX_SEALED_BYTES)) : null;
    return { leaf, raw: null, sealed };
  }

  finish() {
    if (this.at !== this.raw.length) {
      throw malformed('bundle-trailing', 'something follows the end');
    }
  }
}
