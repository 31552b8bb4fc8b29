/**
 * [Verify on this phone]: what it takes is loaded when somebody presses the button, so that looking
 * at entries costs next to nothing.
 */

import { showTrouble } from '../device/trouble.js';

const place = document.querySelector('.verify');
const button = place.querySelector('button');
const wait = place.querySelector('.wait');

async function verify() {
  const { verifyPage } = await import('../device/page.js');
  await verifyPage(place, JSON.parse(place.dataset.asked));
}

button.disabled = false;
button.addEventListener('click', () => {
  button.disabled = true;
  wait.hidden = false;
  place.querySelector('.failed').hidden = true;
  place.querySelector('.found').hidden = true;
  verify()
    .catch((problem) => showTrouble(place, problem))
    .finally(() => {
      button.disabled = false;
      wait.hidden = true;
    });
});
