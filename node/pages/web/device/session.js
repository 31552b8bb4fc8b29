/** Shows the node a key by signing what it asks for; the cookie that comes back stays in the browser. */

import { b64urlEncode, utf8Encode } from '../wire/text.js';
import { postJson } from './net.js';

/**
 * @param {import('./keyring.js').Identity} identity
 * @returns {Promise<string>} the member's id
 */
export const signIn = async (identity) => (await show('/enter', identity)).member;

/**
 * Where the holder of a key stands, without signing in.
 *
 * @param {import('./keyring.js').Identity} identity
 * @returns {Promise<{standing: 'unknown' | 'waiting' | 'active' | 'left' | 'retired',
 *     member: string | null, missing: number}>} how many members must still vouch for her
 */
export const standingOf = (identity) => show('/enter/standing', identity);

async function show(path, { community, key, shared, sign }) {
  const { challenge } = await postJson('/enter/challenge', {});
  const lines = ['acuerdo/session/1', community, location.origin, challenge, ''];
  const signature = b64urlEncode(await sign(utf8Encode(lines.join('\n'))));
  return postJson(path, { key, challenge, signature, shared });
}
