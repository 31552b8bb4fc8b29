/** Signs in with the key of this browser, if it has one. */

import { identity } from '../device/keyring.js';
import { showTrouble } from '../device/trouble.js';
import { signIn } from '../device/session.js';

const place = document.querySelector('.enter');

async function enter() {
  const found = await identity(document.body.dataset.community);
  if (found === null) {
    place.querySelector('.no-key').hidden = false;
    return;
  }
  await signIn(found);
  location.replace(place.dataset.to);
}

enter()
  .catch((problem) => showTrouble(place, problem))
  .finally(() => {
    place.querySelector('.wait').hidden = true;
  });
