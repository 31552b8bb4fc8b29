/** The community is founded: this browser's founder signs in, and her name is her first act. */

import { actAll } from '../device/acting.js';
import { forgetFounder, founders, foundersKey, settleFounder } from '../device/founding.js';
import { Trouble } from '../device/net.js';
import { signIn } from '../device/session.js';
import { showTrouble } from '../device/trouble.js';

const { community } = document.body.dataset;
const place = document.querySelector('.founded');
const wait = place.querySelector('.wait');

async function finish() {
  wait.hidden = false;
  for (const founder of await founders()) {
    const found = await foundersKey(founder, community);
    if (found !== null && (await settled(founder, found))) {
      location.replace('/');
      return;
    }
  }
  place.querySelector('.no-key').hidden = false;
}

/** Whether the key is a member's of this community; then everything is done for it. */
async function settled(founder, found) {
  let member;
  try {
    member = await signIn(found);
  } catch (problem) {
    if (problem instanceof Trouble && problem.code === 'not-a-member') {
      return false; // the key of another founding, elsewhere
    }
    throw problem;
  }
  await settleFounder(founder, community, member);
  const body = { name: founder.name };
  await actAll(found, [{ kind: 'member/profile', audience: 'community', body }]);
  await forgetFounder(founder);
  return true;
}

finish()
  .catch((problem) => showTrouble(place, problem))
  .finally(() => { wait.hidden = true; });
