/** Signs in with the key of this browser, if it has one. */

import { identity } from '../device/keyring.js';
import { showTrouble } from '../device/trouble.js';
import { introduce } from '../device/introducing.js';
import { signIn } from '../device/session.js';

const place = document.querySelector('.enter');

async function enter() {
  const found = await identity(document.body.dataset.community);
  if (found === null) {
    place.querySelector('.no-key').hidden = false;
    return;
  }
  try {
    await signIn(found);
  } catch (problem) {
    if (problem?.code === 'member-waiting' && found.member !== null) {
      location.replace(`/newcomers/${found.member}`);
      return;
    }
    throw problem;
  }
  await introduce(found);
  // What stands behind the # is for the next page; a redirect brought it here.
  location.replace(place.dataset.to + location.hash);
}

enter()
  .catch((problem) => showTrouble(place, problem))
  .finally(() => {
    place.querySelector('.wait').hidden = true;
  });
