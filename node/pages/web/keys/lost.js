/** A new key for who lost hers: on paper, then on a link for others, until enough confirmed it. */

import { arrival } from '../device/arriving.js';
import { chosen, prepareChoice } from '../device/choosing.js';
import { checkNumber } from '../device/comparing.js';
import { onSubmit, readNameField } from '../device/forms.js';
import { hand } from '../device/handing.js';
import { keep, newSeed, ofSeed } from '../device/keyring.js';
import { writeName } from '../device/links.js';
import { putOnPaper } from '../device/paper.js';
import { partOf, run } from '../device/part.js';
import { finish, recall, remember } from '../device/progress.js';
import { signIn } from '../device/session.js';
import { showTrouble } from '../device/trouble.js';
import { b64urlDecode, b64urlEncode } from '../wire/text.js';

const place = partOf('.lost');
const form = place.querySelector('form.begin');
const { community } = document.body.dataset;
const id = `lost/${community}`;

async function start() {
  const begun = await recall(id);
  if (begun !== null) {
    await goOn(begun);
    return;
  }
  await prepareChoice(form, community);
  form.hidden = false;
  onSubmit(form, place, async () => {
    const name = readNameField(form);
    if (name !== null) {
      const made = { seed: b64urlEncode(newSeed()), name, shared: chosen(form), written: false };
      await remember(id, made, made);
      goOn(made).catch((problem) => showTrouble(place, problem));
    }
  });
}

async function goOn(begun) {
  form.hidden = true;
  const seed = b64urlDecode(begun.seed);
  if (!begun.written) {
    await putOnPaper(place, seed, document.documentElement.lang);
    await remember(id, { ...begun, written: true }, begun);
  }
  for (const step of place.querySelectorAll('.step')) {
    step.hidden = true;
  }
  await wait(seed, begun);
}

async function wait(seed, { name, shared }) {
  const held = ofSeed(community, seed, { shared });
  const shown = place.querySelector('.shown');
  shown.hidden = false;
  shown.querySelector('.number').textContent = checkNumber(held.key);
  await hand(shown, `/members/replace#${held.key}.${writeName(name)}`);
  const member = await arrival(held).catch(async (problem) => {
    await finish(id);
    throw problem;
  });
  const kept = await keep(community, seed, { member, shared });
  await finish(id);
  await signIn(kept);
  location.replace('/me');
}

run(place, start);
