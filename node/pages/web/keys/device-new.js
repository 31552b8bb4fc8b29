/** The second device: makes a key, shows it to the first one, and is signed in when it is hers. */

import { arrival } from '../device/arriving.js';
import { chosen, prepareChoice } from '../device/choosing.js';
import { checkNumber } from '../device/comparing.js';
import { onSubmit } from '../device/forms.js';
import { hand } from '../device/handing.js';
import { keep, newSeed, ofSeed } from '../device/keyring.js';
import { partOf, run } from '../device/part.js';
import { finish, recall, remember } from '../device/progress.js';
import { signIn } from '../device/session.js';
import { showTrouble } from '../device/trouble.js';
import { b64urlDecode, b64urlEncode, utf8Encode } from '../wire/text.js';

const place = partOf('.device-new');
const form = place.querySelector('form.begin');
const { community } = document.body.dataset;
const { owner } = place.dataset;
const id = `device/${owner}`;

async function start() {
  const begun = await recall(id);
  if (begun !== null) {
    await wait(begun);
    return;
  }
  await prepareChoice(form, community);
  form.hidden = false;
  onSubmit(form, place, async () => {
    const made = { seed: b64urlEncode(newSeed()), shared: chosen(form) };
    await remember(id, made, made);
    wait(made).catch((problem) => showTrouble(place, problem));
  });
}

async function wait({ seed, shared }) {
  const held = ofSeed(community, b64urlDecode(seed), { shared });
  const text = `acuerdo/device/1\n${community}\n${owner}\n${held.key}\n`;
  const proof = b64urlEncode(await held.sign(utf8Encode(text)));
  form.hidden = true;
  const shown = place.querySelector('.shown');
  shown.hidden = false;
  shown.querySelector('.number').textContent = checkNumber(held.key);
  await hand(shown, `/me/device/add#${held.key}.${proof}`);
  const member = await arrival(held).catch(async (problem) => {
    await finish(id); // dead before it was used: next time another one
    throw problem;
  });
  const kept = await keep(community, b64urlDecode(seed), { member, shared });
  await finish(id);
  await signIn(kept);
  location.replace('/me');
}

run(place, start);
