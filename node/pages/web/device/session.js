/** Shows the node a key by signing what it asks for; the cookie that comes back stays in the browser. */

import { b64urlEncode, utf8Encode } from '../wire/text.js';
import { postJson } from './net.js';

/**
 * @param {import('./keyring.js').Identity} identity
 * @returns {Promise<string>} the member's id
 */
export async function signIn(identity) {
  const { challenge } = await postJson('/enter/challenge', {});
  const lines = ['acuerdo/session/1', identity.community, location.origin, challenge, ''];
  const signature = b64urlEncode(await identity.sign(utf8Encode(lines.join('\n'))));
  return (await postJson('/enter', { key: identity.key, challenge, signature })).member;
}
