/**
 * JSON, read strictly and written compactly (docs/spec/wire.md, "JSON").
 *
 * JSON.parse keeps the last of two members of one name, rounds large integers, and takes
 * fractions and lone surrogates: a hostile community could show a browser another message than
 * it shows a node. So this parser is our own. Limits are checked before it starts; it recurses,
 * and depth is bounded by then.
 *
 * @typedef {null | boolean | number | string | Json[] | {[member: string]: Json}} Json
 */

import { malformed } from './errors.js';
import { MAX_JSON_BYTES, MAX_JSON_DEPTH, MAX_JSON_NODES } from './limits.js';
import { utf8Decode, utf8Encode } from './text.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const SPACE = /[ \t\n\r]*/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const WORD = /true|false|null|NaN|-?Infinity/y;
// With the flag u, a pair is one character, and only lone halves match.
const LONE_SURROGATE = /[\ud800-\udfff]/u;

const WORDS = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const ESCAPES = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Reads one JSON value and nothing around it.
 *
 * @param {Uint8Array} raw
 * @param {{maxBytes?: number, maxDepth?: number, maxNodes?: number}} [limits]
 * @returns {Json} objects have no prototype, so that `__proto__` is a member like any other
 * @throws {ProtocolError} json-..., naming the rule
 */
export function readJson(raw, limits = {}) {
  const { maxBytes = MAX_JSON_BYTES, maxDepth = MAX_JSON_DEPTH, maxNodes = MAX_JSON_NODES } = limits;
  checkLength(raw, maxBytes);
  const text = utf8Decode(raw);
  if (text === null) {
    throw malformed('json-not-utf8', 'not valid UTF-8');
  }
  checkShape(raw, maxDepth, maxNodes);
  const reader = new Reader(text);
  const value = reader.value();
  if (reader.at !== text.length) {
    throw invalid(reader.at);
  }
  if (reader.loneSurrogate) {
    throw malformed('json-lone-surrogate', 'an escape makes half a character');
  }
  return value;
}

/**
 * Writes compact JSON that `readJson` reads back to an equal value.
 *
 * @param {Json} value
 * @returns {Uint8Array}
 * @throws {ProtocolError} json-...: the value holds something that a reader refuses
 */
export function writeJson(value) {
  const raw = utf8Encode(written(value, 0));
  checkLength(raw, MAX_JSON_BYTES);
  checkShape(raw, MAX_JSON_DEPTH, MAX_JSON_NODES);
  return raw;
}

function checkLength(raw, maxBytes) {
  if (raw.length > maxBytes) {
    throw malformed('json-too-long', `more than ${maxBytes} bytes`);
  }
}

/** Whether it is an object, and not null or a list. @param {unknown} value @returns {boolean} */
export const isObject = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether it is an object, as read, with these members, in any order, and no others.
 *
 * @param {Json} value
 * @param {string[]} names
 * @returns {boolean}
 */
export const hasExactly = (value, names) =>
  isObject(value) &&
  Object.keys(value).length === names.length &&
  names.every((name) => name in value);

/** Counts brackets, commas and colons, in one pass over the bytes. */
function checkShape(raw, maxDepth, maxNodes) {
  let [depth, deepest, openers, nodes] = [0, 0, 0, 0];
  let balanced = true;
  let inString = false;
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at];
    const opens = byte === 0x5b || byte === 0x7b;
    openers += opens ? 1 : 0;
    if (inString) {
      if (byte === BACKSLASH) {
        at += 1;
        openers += raw[at] === 0x5b || raw[at] === 0x7b ? 1 : 0;
      } else {
        inString = byte !== QUOTE;
      }
    } else if (opens) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (byte === 0x5d || byte === 0x7d) {
      depth -= 1;
      balanced = balanced && depth >= 0;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (byte === 0x2c || byte === 0x3a) {
      nodes += 1;
    }
  }
  // What opens more brackets than it may nest and does not close them has no end in sight.
  if (openers > maxDepth && (deepest > maxDepth || depth !== 0 || !balanced)) {
    throw malformed('json-too-deep', `nested deeper than ${maxDepth}, or unbalanced`);
  }
  if (nodes >= maxNodes) {
    throw malformed('json-too-many', `more than ${maxNodes} values and keys`);
  }
}

const invalid = (at) => malformed('json-invalid', `not JSON at character ${at}`);

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.loneSurrogate = false;
  }

  value() {
    const next = this.text[this.at];
    if (next === '{') {
      return this.object();
    }
    if (next === '[') {
      return this.array();
    }
    return next === '"' ? this.string() : this.scalar();
  }

  object() {
    const value = Object.create(null);
    let twice = false;
    this.at += 1;
    this.skip(SPACE);
    if (!this.eat('}')) {
      do {
        this.skip(SPACE);
        const name = this.string();
        this.skip(SPACE);
        this.expect(':');
        this.skip(SPACE);
        twice = twice || name in value;
        value[name] = this.value();
        this.skip(SPACE);
      } while (this.eat(','));
      this.expect('}');
    }
    if (twice) {
      throw malformed('json-duplicate-key', 'an object names a member twice');
    }
    return value;
  }

  array() {
    const value = [];
    this.at += 1;
    this.skip(SPACE);
    if (!this.eat(']')) {
      do {
        this.skip(SPACE);
        value.push(this.value());
        this.skip(SPACE);
      } while (this.eat(','));
      this.expect(']');
    }
    return value;
  }

  string() {
    this.expect('"');
    let value = this.skip(PLAIN);
    let escaped = false;
    while (!this.eat('"')) {
      const escape = this.skip(ESCAPE);
      if (!escape) {
        throw invalid(this.at);
      }
      const letter = escape[1];
      value += letter === 'u' ? character(escape) : (ESCAPES[letter] ?? letter);
      value += this.skip(PLAIN);
      escaped = escaped || letter === 'u';
    }
    this.loneSurrogate = this.loneSurrogate || (escaped && LONE_SURROGATE.test(value));
    return value;
  }

  scalar() {
    const start = this.at;
    const word = this.skip(WORD);
    if (word) {
      if (!WORDS.has(word)) {
        throw malformed('json-number', 'NaN and Infinity are no numbers');
      }
      return WORDS.get(word);
    }
    const digits = this.skip(NUMBER);
    if (!digits) {
      throw invalid(start);
    }
    const value = Number(digits);
    if (/[.eE]/.test(digits) || digits === '-0' || !Number.isSafeInteger(value)) {
      throw malformed('json-number', 'only integers up to 2^53-1: no fraction, exponent or -0');
    }
    return value;
  }

  /** Moves over what the pattern matches here, perhaps nothing, and gives it. */
  skip(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) {
      return '';
    }
    this.at += found[0].length;
    return found[0];
  }

  eat(letter) {
    const found = this.text[this.at] === letter;
    this.at += found ? 1 : 0;
    return found;
  }

  expect(letter) {
    if (!this.eat(letter)) {
      throw invalid(this.at);
    }
  }
}

const character = (escape) => String.fromCharCode(parseInt(escape.slice(2), 16));

function written(value, depth) {
  switch (typeof value) {
    case 'string':
      // JSON.stringify would write half a character as an escape, which no reader takes.
      if (LONE_SURROGATE.test(value)) {
        throw noForm();
      }
      return JSON.stringify(value);
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
        throw malformed('json-number', 'only integers up to 2^53-1');
      }
      return String(value);
    case 'object':
      return value === null ? 'null' : composed(value, depth + 1);
    default:
      throw noForm();
  }
}

function composed(value, depth) {
  if (depth > MAX_JSON_DEPTH) {
    throw malformed('json-too-deep', `nested deeper than ${MAX_JSON_DEPTH}`);
  }
  if (Array.isArray(value)) {
    return `[${Array.from(value, (part) => written(part, depth)).join(',')}]`;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw noForm();
  }
  const members = Object.keys(value).map(
    (name) => `${written(name, depth)}:${written(value[name], depth)}`,
  );
  return `{${members.join(',')}}`;
}

const noForm = () => malformed('json-invalid', 'the value has no JSON form');
