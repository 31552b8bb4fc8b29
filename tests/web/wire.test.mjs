/** Every vector of the wire formats: accepted, or refused with exactly its code. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { ProtocolError } from '../../node/pages/web/wire/errors.js';
import { readJson, writeJson } from '../../node/pages/web/wire/json.js';
import { keyOfSeed, readPublicKey, readRawPublicKey, verify } from '../../node/pages/web/wire/keys.js';
import { openMessage } from '../../node/pages/web/wire/message.js';
import * as text from '../../node/pages/web/wire/text.js';
import { writeMessage } from '../../node/pages/web/wire/writing.js';
import { bytesOf, rawOf, unhex, vectors } from './vector_files.mjs';

const READERS = {
  decimal: text.readDecimal,
  base64: text.b64Decode,
  base64url: text.b64urlDecode,
  base32: text.b32Decode,
  hex: (given) => text.hexDecode(given, 2),
};

vectors('wire/text', (given) => void READERS[given.reader](given.text));

vectors('wire/json', (given) => {
  const value = readJson(rawOf(given));
  assert.deepEqual(readJson(writeJson(value)), value);
});

vectors('wire/key', (given) => {
  const key = readPublicKey(given.key);
  assert.equal(key.text, given.key);
  assert.equal(readRawPublicKey(key.raw), key);
  return { raw: text.hexEncode(key.raw) };
});

vectors('wire/signature', (given, { gives }) => {
  const [key, data] = [readPublicKey(given.key), unhex(given.data)];
  verify(key, unhex(given.signature), data);
  if (gives !== undefined) {
    const signer = keyOfSeed(unhex(gives.seed));
    assert.equal(signer.public.text, given.key);
    assert.equal(text.hexEncode(signer.sign(data)), gives.signature);
  }
});

vectors('wire/message', (given) => {
  const message = openMessage(rawOf(given));
  return { id: message.id, author: message.author.text, kind: message.kind };
});

test('signatures of RFC 8032', () => {
  const path = new URL('../vectors/rfc8032.json', import.meta.url);
  for (const vector of JSON.parse(readFileSync(path, 'utf8'))) {
    const signer = keyOfSeed(unhex(vector.secret));
    const data = unhex(vector.message);
    assert.equal(text.hexEncode(signer.public.raw), vector.public);
    assert.equal(text.hexEncode(signer.sign(data)), vector.signature);
    verify(readRawPublicKey(unhex(vector.public)), unhex(vector.signature), data);
  }
});

test('members named as what every object has are members like others', () => {
  const raw = bytesOf('{"__proto__":{"admin":true},"constructor":1,"toString":2}');
  const value = readJson(raw);
  assert.deepEqual(Object.keys(value), ['__proto__', 'constructor', 'toString']);
  assert.equal(value.admin, undefined);
  assert.equal(new TextDecoder().decode(writeJson(value)), new TextDecoder().decode(raw));
});

test('nothing is written that no reader takes', () => {
  const deep = (depth) => (depth === 0 ? [] : [deep(depth - 1)]);
  const itself = {};
  itself.itself = itself;
  for (const [value, code] of [
    [2 ** 53, 'json-number'],
    [-0, 'json-number'],
    [0.5, 'json-number'],
    [NaN, 'json-number'],
    ['\ud800', 'json-invalid'],
    [{ '\udc00': 1 }, 'json-invalid'],
    [undefined, 'json-invalid'],
    [{ a: undefined }, 'json-invalid'],
    [[1, , 2], 'json-invalid'], // eslint-disable-line no-sparse-arrays
    [5n, 'json-invalid'],
    [new Date(0), 'json-invalid'],
    [new Map(), 'json-invalid'],
    [deep(16), 'json-too-deep'],
    [itself, 'json-too-deep'],
    ['x'.repeat(2 ** 20), 'json-too-long'],
    [new Array(200_001).fill(0), 'json-too-many'],
  ]) {
    assert.throws(() => writeJson(value), (problem) => problem.code === code, code);
  }
  assert.deepEqual(readJson(writeJson(deep(15))), deep(15));
});

test('a message is written with a key that only signs, and read', async () => {
  const key = keyOfSeed(new Uint8Array(32).map((_, at) => at));
  const statement = {
    ledger: 'a1'.repeat(32),
    kind: 'position/take',
    audience: 'community',
    nonce: new Uint8Array(16),
    body: { choice: 'agree', reason: 'Sí: «agua» para todas 💧\n\u2028', amount: 9007199254740991 },
  };
  const written = await writeMessage(statement, key.public.text, async (data) => key.sign(data));
  const read = openMessage(written.raw);
  assert.equal(read.id, written.id);
  assert.deepEqual({ ...read.body }, statement.body);
  assert.equal(read.author.text, key.public.text);

  // As crypto.subtle answers.
  const buffered = async (data) => key.sign(data).slice().buffer;
  assert.equal((await writeMessage(statement, key.public.text, buffered)).id, written.id);

  const unasked = () => assert.fail('nothing is signed that could not be sent');
  const wrong = { ...statement, kind: 'position' };
  await assert.rejects(writeMessage(wrong, key.public.text, unasked), { code: 'message-kind' });
  const long = { ...statement, body: { text: 'x'.repeat(60_000) } };
  await assert.rejects(writeMessage(long, key.public.text, unasked), { code: 'message-too-long' });
  const short = async (data) => key.sign(data).slice(1);
  await assert.rejects(writeMessage(statement, key.public.text, short), { code: 'message-signature' });
});

test('what only looks like an accepted key verifies nothing', () => {
  const key = keyOfSeed(new Uint8Array(32).map((_, at) => at));
  const data = bytesOf('data');
  verify(key.public, key.sign(data), data);
  assert.throws(() => verify({ ...key.public }, key.sign(data), data), TypeError);
  assert.throws(() => verify(key.public, key.sign(data), bytesOf('other')), ProtocolError);
});
