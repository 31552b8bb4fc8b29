/**
 * A seed on paper: 24 words (BIP39), in a person's language. The lists are chunks of their own,
 * loaded when words are shown or typed.
 */

import { sha256 } from '../wire/bytes.js';
import { SEED_BYTES } from '../wire/limits.js';
import { hexEncode } from '../wire/text.js';

const WORDS = 24;
const BITS = 11;

// In the order in which typed words are tried, as the command line does.
const LISTS = new Map([
  ['en', () => import('@scure/bip39/wordlists/english.js')],
  ['es', () => import('@scure/bip39/wordlists/spanish.js')],
  ['fr', () => import('@scure/bip39/wordlists/french.js')],
  ['it', () => import('@scure/bip39/wordlists/italian.js')],
  ['pt', () => import('@scure/bip39/wordlists/portuguese.js')],
]);

// RFC 8032 section 7.1 and the seeds that examples everywhere copy from it.
const PUBLISHED = new Set([
  '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
  '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
  'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
  'f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5',
  '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
  '0305334e381af78f141cb666f6199f57bc3495335a256a95bd2a55bf546663f6',
]);

/** Words that hold no seed; `code` is `words-invalid` or `seed-published`. */
export class WordsError extends Error {
  constructor(code, detail) {
    super(detail);
    this.name = 'WordsError';
    this.code = code;
  }
}

/**
 * The 24 words that hold a seed.
 *
 * @param {Uint8Array} seed
 * @param {string} [language] `en` where there is no list
 * @returns {Promise<string[]>} with their accents, each letter and accent one character
 */
export async function wordsOfSeed(seed, language = 'en') {
  if (seed.length !== SEED_BYTES) {
    throw new RangeError('a seed has 32 bytes');
  }
  const list = await listOf(LISTS.has(language) ? language : 'en');
  const sum = sha256(seed)[0];
  const bits = [...seed, sum].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: WORDS }, (_, at) => {
    const place = parseInt(bits.slice(at * BITS, (at + 1) * BITS), 2);
    return list[place].normalize('NFC');
  });
}

/**
 * The seed that typed words hold, in whichever language, with or without accents.
 *
 * @param {string} typed words between any white space
 * @returns {Promise<Uint8Array>}
 * @throws {WordsError} not 24 words of one list, one is wrong, or a seed that everybody knows
 */
export async function seedOfWords(typed) {
  const words = bare(typed.toLowerCase()).split(/\s+/).filter((word) => word !== '');
  for (const language of words.length === WORDS ? LISTS.keys() : []) {
    const seed = seedIn(await listOf(language), words);
    if (seed !== null) {
      refuseKnown(seed);
      return seed;
    }
  }
  throw new WordsError('words-invalid', 'not 24 recovery words, or one is wrong or misplaced');
}

/** @throws {WordsError} seed-published: no source of chance gives such a seed */
export function refuseKnown(seed) {
  const steps = new Set();
  for (let at = 1; at < seed.length; at += 1) {
    steps.add((seed[at] - seed[at - 1] + 256) % 256);
  }
  if (PUBLISHED.has(hexEncode(seed)) || steps.size < 4) {
    throw new WordsError('seed-published', 'anybody could speak with this seed');
  }
}

const listOf = async (language) => (await LISTS.get(language)()).wordlist;

function seedIn(list, words) {
  const places = new Map(list.map((word, at) => [bare(word), at]));
  if (!words.every((word) => places.has(word))) {
    return null;
  }
  const bits = words.map((word) => places.get(word).toString(2).padStart(BITS, '0')).join('');
  const bytes = Uint8Array.from(bits.match(/.{8}/g), (byte) => parseInt(byte, 2));
  const seed = bytes.slice(0, SEED_BYTES);
  return sha256(seed)[0] === bytes[SEED_BYTES] ? seed : null;
}

/** Words as people type them from paper: no list has two that differ in accents alone. */
const bare = (text) => text.normalize('NFKD').replace(/\p{Mn}/gu, '');
