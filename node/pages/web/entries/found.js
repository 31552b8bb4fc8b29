/**
 * Makes a key while a community is founded: a founder's, which stays in this browser, or the
 * community's next root key, which stays on paper alone. The public half is all that is sent.
 */

import { founderOf, keepFounder } from '../device/founding.js';
import { newSeed } from '../device/keyring.js';
import { postJson } from '../device/net.js';
import { putOnPaper } from '../device/paper.js';
import { showStep } from '../device/steps.js';
import { showTrouble } from '../device/trouble.js';
import { refuseKnown } from '../device/words.js';
import { keyOfSeed } from '../wire/keys.js';

const place = document.querySelector('.making');
const { purpose, founding, number, name, key, language, post } = place.dataset;
const wait = place.querySelector('.wait');

const step = (wanted) => place.querySelector(`[data-step="${wanted}"]`);

async function begin() {
  if (purpose === 'root') {
    showStep(place, key === '' ? 'begin' : 'done');
    return;
  }
  const kept = await founderOf(founding);
  if (kept !== null && kept.number !== number) {
    step('begin').querySelector('.occupied').hidden = false;
    step('begin').querySelector('.make').hidden = true;
  } else if (kept !== null && kept.key === key) {
    showStep(place, 'done');
    return;
  } else if (kept !== null) {
    await send(kept.key); // it was made and confirmed, and then the line broke
    return;
  }
  showStep(place, 'begin');
}

async function make() {
  const seed = newSeed();
  refuseKnown(seed);
  await putOnPaper(place, seed, language);
  showStep(place, '');
  wait.hidden = false;
  const made = keyOfSeed(seed).public.text;
  if (purpose === 'founder') {
    await keepFounder(founding, seed, { number, name });
  }
  seed.fill(0);
  await send(made);
}

async function send(made) {
  wait.hidden = false;
  place.querySelector('.failed').hidden = true;
  location.assign((await postJson(post, { key: made })).then);
}

const told = (problem) => {
  wait.hidden = true;
  return showTrouble(place, problem);
};

step('begin').querySelector('.make').addEventListener('click', () => make().catch(told));
step('done').querySelector('.anew')?.addEventListener('click', () => showStep(place, 'begin'));
begin().catch(told);
