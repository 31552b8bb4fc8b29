/** What only a browser says of what it was handed; the protocol has no codes for it. */

import { ProtocolError } from '../wire/errors.js';

/** @param {string} code @param {string} detail @returns {ProtocolError} */
export const mismatch = (code, detail) => new ProtocolError('inconsistent', code, detail);
