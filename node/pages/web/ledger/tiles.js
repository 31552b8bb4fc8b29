/**
 * A ledger served as static files (C2SP tlog-tiles; docs/spec/tiles.md): paths, and what is in
 * them. A path has one spelling.
 */

import { DIGEST_BYTES } from '../wire/bytes.js';
import { malformed } from '../wire/errors.js';
import { readDecimal } from '../wire/text.js';

export const TILE_WIDTH = 256;
export const MAX_TILE_LEVEL = 63;

const PATH = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/;

/**
 * A tile of hashes at a level, or of whole entries; `width` is 256 when it is full.
 *
 * @typedef {Readonly<{level: number | 'entries', index: number, width: number}>} Tile
 */

/** Where a tile is served, below the ledger's address. @param {Tile} tile @returns {string} */
export function tilePath({ level, index, width }) {
  const digits = String(index);
  const padded = digits.padStart(3 * Math.ceil(digits.length / 3), '0');
  const groups = padded.match(/[0-9]{3}/g);
  const place = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${place}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/**
 * @param {string} path
 * @returns {Tile}
 * @throws {ProtocolError} tile-path, decimal-invalid
 */
export function readTilePath(path) {
  const parts = PATH.exec(path);
  if (parts === null) {
    throw malformed('tile-path', 'not the path of a tile');
  }
  const [, kind, groups, partial] = parts;
  const digits = groups.replace(/[/x]/g, '').replace(/^0+/, '');
  const index = readDecimal(digits === '' ? '0' : digits);
  const width = partial === undefined ? TILE_WIDTH : readDecimal(partial);
  const level = kind === 'entries' ? kind : readDecimal(kind);
  const tile = Object.freeze({ level, index, width });
  // Written back and compared: x000/001, .p/256 and .p/0 are other spellings or nothing.
  if (tilePath(tile) !== path || width === 0) {
    throw malformed('tile-path', "not the only spelling of a tile's path");
  }
  if (level !== 'entries' && level > MAX_TILE_LEVEL) {
    throw malformed('tile-path', `no level beyond ${MAX_TILE_LEVEL}`);
  }
  return tile;
}

/**
 * The hashes out of a tile's bytes.
 *
 * @param {Uint8Array} raw
 * @param {number} width
 * @returns {Uint8Array[]}
 * @throws {ProtocolError} tile-malformed
 */
export function readTile(raw, width) {
  if (raw.length !== width * DIGEST_BYTES) {
    throw malformed('tile-malformed', `expected ${width} hashes`);
  }
  return Array.from({ length: width }, (_, at) =>
    raw.subarray(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES),
  );
}

/**
 * The entries out of an entry tile's bytes; what they say is not looked at.
 *
 * @param {Uint8Array} raw
 * @param {number} width
 * @returns {Uint8Array[]}
 * @throws {ProtocolError} tile-malformed
 */
export function readEntries(raw, width) {
  const entries = [];
  let at = 0;
  while (at < raw.length && entries.length < width) {
    const start = at + 2;
    at = start + raw[at] * 256 + (raw[at + 1] ?? 0);
    entries.push(raw.subarray(start, at));
  }
  if (at !== raw.length || entries.length !== width) {
    throw malformed('tile-malformed', `expected ${width} entries`);
  }
  return entries;
}
