/**
 * Members of bodies, read strictly (docs/spec/wire.md, "Bodies"): none missing, none unknown,
 * nothing converted. A shape is an object of checks, one a member.
 *
 *     const rotation = readBody({ previous: hex32, root: keyText, size: count }, message.body);
 */

import { ProtocolError, malformed } from './errors.js';
import { isObject } from './json.js';
import { readPublicKey } from './keys.js';
import { countCharacters } from './text.js';

const HEX32 = /^[0-9a-f]{64}$/;

/** A digest or id. */
export const hex32 = (value) => typeof value === 'string' && HEX32.test(value);

/** A whole number from 0; seconds, too. */
export const count = (value) => Number.isSafeInteger(value) && value >= 0;

/** A public key that passes the whole key rule. */
export function keyText(value) {
  try {
    return typeof value === 'string' && value.length === 43 && readPublicKey(value) !== null;
  } catch (problem) {
    if (problem instanceof ProtocolError) {
      return false;
    }
    throw problem;
  }
}

/** Text of so many characters. */
export const text = (least, most) => (value) =>
  typeof value === 'string' &&
  countCharacters(value) >= least &&
  countCharacters(value) <= most;

/** A list of at most so many. */
export const rows = (check, most) => (value) =>
  Array.isArray(value) && value.length <= most && value.every(check);

/** The same, or null. */
export const nullable = (check) => (value) => value === null || check(value);

/** A member that may be left out; then it is `absent`. */
export const optional = (check, absent) => Object.assign((value) => check(value), { absent });

/**
 * @template {Object<string, (value: unknown) => boolean>} Shape
 * @param {Shape} shape
 * @param {import('./json.js').Json} value
 * @returns {{[Member in keyof Shape]: any}}
 * @throws {ProtocolError} body-invalid
 */
export function readBody(shape, value) {
  if (!isObject(value)) {
    throw malformed('body-invalid', 'a body is an object');
  }
  const read = Object.create(null);
  for (const [name, check] of Object.entries(shape)) {
    if (!owns(value, name) && owns(check, 'absent')) {
      read[name] = check.absent;
    } else if (owns(value, name) && check(value[name])) {
      read[name] = value[name];
    } else {
      throw malformed('body-invalid', `${name} is missing or not what it should be`);
    }
  }
  if (!Object.keys(value).every((name) => owns(shape, name))) {
    throw malformed('body-invalid', 'the body has a member that is unknown here');
  }
  return read;
}

const owns = (value, name) => Object.prototype.hasOwnProperty.call(value, name);
