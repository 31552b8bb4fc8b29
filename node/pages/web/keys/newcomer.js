/** A newcomer's own page: a link for her sponsors, and the way in as soon as she is admitted. */

import { arrival } from '../device/arriving.js';
import { hand } from '../device/handing.js';
import { introduce } from '../device/introducing.js';
import { identity, settle } from '../device/keyring.js';
import { partOf, run } from '../device/part.js';
import { signIn } from '../device/session.js';

const place = partOf('.newcomer');
const { community } = document.body.dataset;
const { member, path } = place.dataset;

async function wait() {
  if (path !== '') {
    await hand(place, path);
  }
  const held = await identity(community);
  if (held === null || held.member !== member) {
    return; // somebody else looks at her page
  }
  await settle(community, await arrival(held));
  await introduce(held);
  await signIn(held);
  location.reload();
}

run(place, () => wait().catch(() => {})); // the page says all there is; it can be loaded again
