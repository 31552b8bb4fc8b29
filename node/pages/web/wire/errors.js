/**
 * What can be wrong with something from outside (docs/spec/errors.md): a stable code, and the
 * family that says what to do about it. A bug of ours is never a ProtocolError.
 *
 * @typedef {'malformed' | 'unauthentic' | 'inconsistent' | 'refused'} Family
 */

export class ProtocolError extends Error {
  /**
   * @param {Family} family
   * @param {string} code stable: programs compare it, people look it up
   * @param {string} detail for people who mend programs; pages have words of their own
   */
  constructor(family, code, detail) {
    super(`${code}: ${detail}`);
    this.name = 'ProtocolError';
    this.family = family;
    this.code = code;
    this.detail = detail;
  }
}

/** It cannot be read: not the one spelling that the format allows, or over a limit. */
export const malformed = (code, detail) => new ProtocolError('malformed', code, detail);

/** A key or signature does not stand for what it claims to stand for. */
export const unauthentic = (code, detail) => new ProtocolError('unauthentic', code, detail);

/** A proof or a history contradicts what is known; may be evidence of a fork. */
export const inconsistent = (code, detail) => new ProtocolError('inconsistent', code, detail);

/** Well formed and genuine, but the rules say no. */
export const refused = (code, detail) => new ProtocolError('refused', code, detail);
