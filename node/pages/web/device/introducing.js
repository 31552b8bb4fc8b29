/** A newcomer's name, which she gave before she could speak: said as soon as she can. */

import { actAll } from './acting.js';
import { finish, recall, remember } from './progress.js';

const ID = 'name/';

export const keepName = ({ community, shared }, name) =>
  remember(ID + community, { name }, { shared });

/** @param {import('./keyring.js').Identity} identity of an active member */
export async function introduce(identity) {
  const begun = await recall(ID + identity.community);
  if (begun !== null) {
    const act = { kind: 'member/profile', audience: 'community', body: { name: begun.name } };
    await actAll(identity, [act]);
    await finish(ID + identity.community);
  }
}
