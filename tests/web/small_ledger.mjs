/** A community with a few entries, its keys, and a node that serves them truly until told to lie. */

import { leafHash, rootOf } from '../../node/pages/web/ledger/merkle.js';
import { COSIGNATURE, ED25519, noteKey } from '../../node/pages/web/ledger/note.js';
import { readTilePath } from '../../node/pages/web/ledger/tiles.js';
import { concat, sha256 } from '../../node/pages/web/wire/bytes.js';
import { keyOfSeed } from '../../node/pages/web/wire/keys.js';
import { b64Encode, b64urlEncode, hexEncode, utf8Decode } from '../../node/pages/web/wire/text.js';
import { writeMessage } from '../../node/pages/web/wire/writing.js';
import { Trouble } from '../../node/pages/web/device/net.js';
import { bytesOf } from './vector_files.mjs';

export const NOW = 1_800_000_000;
const seedOf = (name) => sha256(bytesOf(name));
const keyOf = (name) => keyOfSeed(seedOf(name));
const nonce = (number) => seedOf(`nonce ${number}`).slice(0, 16);

export class SmallLedger {
  static async found(name) {
    const made = new SmallLedger();
    made.keys = Object.fromEntries(
      ['root', 'log', 'witness', 'voice'].map((role) => [role, keyOf(`${name} ${role}`)]),
    );
    made.member = keyOf(`${name} member`);
    made.entries = [];
    const keys = Object.fromEntries(Object.entries(made.keys).map(([role, key]) => [role, key.public.text]));
    const next = hexEncode(sha256(keyOf(`${name} next`).public.raw));
    const body = { ...keys, next, created: NOW };
    const inception = await made.say('identity/inception', body, made.keys.root, { ledger: '', audience: 'public' });
    made.id = inception.id;
    await made.say('member/found', { key: made.member.public.text, household: null }, made.keys.voice);
    return made;
  }

  async say(kind, body, key, { ledger = this.id, audience = 'community' } = {}) {
    const index = this.entries.length;
    const statement = { ledger, kind, audience, nonce: nonce(`${kind} ${index}`), body };
    const message = await writeMessage(statement, key.public.text, key.sign);
    const salt = b64urlEncode(nonce(`salt ${index}`));
    const raw = bytesOf(
      `{"index":${index},"received":${NOW + index},"salt":"${salt}","message":${utf8Decode(message.raw)}}`,
    );
    this.entries.push(raw);
    return { ...message, entry: raw, index };
  }

  async grow(count) {
    for (let at = 0; at < count; at += 1) {
      await this.say('text/publish', { title: { es: 'x' }, texts: { es: `${this.entries.length}` } }, this.member);
    }
  }

  leaves(size = this.entries.length) {
    return this.entries.slice(0, size).map(leafHash);
  }

  /** The signed head of that size, with cosignatures; of another root if a fork is wanted. */
  head({ size = this.entries.length, root = rootOf(this.leaves(size)), witnesses = [] } = {}) {
    const origin = `acuerdo/l/${this.id}`;
    const text = bytesOf(`${origin}\n${size}\n${b64Encode(root)}\n`);
    const own = noteKey(origin, ED25519, this.keys.log.public);
    const lines = [line(own, this.keys.log.sign(text))];
    for (const witness of witnesses) {
      const key = noteKey(`acuerdo/w/${witness.id}`, COSIGNATURE, witness.keys.witness.public);
      const time = new Uint8Array(8);
      new DataView(time.buffer).setUint32(4, NOW);
      const signed = concat(bytesOf(`cosignature/v1\ntime ${NOW}\n`), text);
      lines.push(line(key, concat(time, witness.keys.witness.sign(signed))));
    }
    return concat(text, bytesOf('\n'), ...lines);
  }

  receipt(index, options = {}) {
    const size = options.size ?? this.entries.length;
    const path = pathOf(this.leaves(size), index).map((hash) => `${b64Encode(hash)}\n`);
    const text = `c2sp.org/tlog-proof@v1\nindex ${index}\n${path.join('')}\n`;
    return concat(bytesOf(text), this.head(options));
  }

  /** What a node that holds this ledger, and those of its witnesses, answers. */
  source({ witnesses = [] } = {}) {
    const chains = new Map([this, ...witnesses].map((one) => [one.id, [messageIn(one.entries[0])]]));
    return {
      chain: async (community) => chains.get(community) ?? missing(),
      head: async () => this.head({ witnesses }),
      place: async (id) => {
        const index = this.entries.findIndex((raw) => idIn(raw) === id);
        return { receipt: this.receipt(index, { witnesses }), witnesses: witnesses.length };
      },
      tile: async (_ledger, path) => {
        const { level, index, width } = readTilePath(path);
        const hashes = level === 0 ? this.leaves().slice(256 * index, 256 * index + width) : [];
        return hashes.length === width ? concat(...hashes) : missing();
      },
    };
  }

  asked(index, more = {}) {
    const entry = this.entries[index];
    const leaf = hexEncode(leafHash(entry));
    return { ledger: this.id, index, leaf, entry, author: this.entries[1], own: true, ...more };
  }
}

/** Shelves that hold what is put on them. */
export function emptyShelves() {
  const held = new Map();
  return {
    held,
    get: async (shelf, key) => held.get(`${shelf}/${key}`),
    put: async (shelf, value) => held.set(`${shelf}/${value.ledger ?? value.id}`, value),
  };
}

export const messageIn = (raw) => bytesOf(utf8Decode(raw).replace(/^.*?"message":/, '').slice(0, -1));

function idIn(raw) {
  const { payload, protected: header } = JSON.parse(utf8Decode(messageIn(raw)));
  return hexEncode(sha256(bytesOf(`${header}.${payload}`)));
}

function missing() {
  throw new Trouble('head-unknown', 'not here', 404);
}

const line = (key, signature) =>
  bytesOf(`\u2014 ${key.name} ${b64Encode(concat(key.keyId, signature))}\n`);

/** The inclusion path, as RFC 9162 defines it. */
function pathOf(leaves, index) {
  if (leaves.length <= 1) {
    return [];
  }
  let half = 1;
  while (half * 2 < leaves.length) {
    half *= 2;
  }
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
  return index < half
    ? [...pathOf(left, index), rootOf(right)]
    : [...pathOf(right, index - half), rootOf(left)];
}

