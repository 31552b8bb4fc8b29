/** The key of this device: its words where they can be read, or a key back from words on paper. */

import { chosen, prepareChoice } from '../device/choosing.js';
import { checkNumber } from '../device/comparing.js';
import { onSubmit } from '../device/forms.js';
import { introduce } from '../device/introducing.js';
import { identity, keep, ofSeed, seedOf } from '../device/keyring.js';
import { seedInLink, takeFragment } from '../device/links.js';
import { showWords } from '../device/paper.js';
import { partOf, run } from '../device/part.js';
import { signIn, standingOf } from '../device/session.js';
import { WordsError, seedOfWords, wordsOfSeed } from '../device/words.js';

const place = partOf('.key');
const form = place.querySelector('form.restore');
const { community } = document.body.dataset;

async function start() {
  const held = await identity(community);
  if (held !== null) {
    await showHeld(held);
  }
  const occupied = await prepareChoice(form, community);
  place.querySelector('details.bring-back').open = !occupied;
  onSubmit(form, place, restore);
  const carried = seedInLink(takeFragment());
  if (carried !== null) {
    await fillIn(carried);
  }
}

/** A link that carries a key does nothing by itself: its words are filled in, to be sent or not. */
async function fillIn(seed) {
  const words = await wordsOfSeed(seed, document.documentElement.lang);
  form.querySelector('#words').value = words.join(' ');
  const bringing = place.querySelector('details.bring-back');
  bringing.open = true;
  bringing.querySelector('.carried').hidden = false;
  form.querySelector('button.main').focus();
}

async function showHeld(held) {
  const here = place.querySelector('.here');
  here.hidden = false;
  here.querySelector('.number').textContent = checkNumber(held.key);
  const seed = await seedOf(community);
  here.querySelector(seed === null ? '.unreadable' : '.readable').hidden = false;
  const sheet = here.querySelector('.sheet');
  const show = here.querySelector('.show-words');
  show.onclick = async () => {
    await showWords(sheet.querySelector('.words24'), seed, document.documentElement.lang);
    sheet.hidden = false;
    show.hidden = true;
  };
  here.querySelector('.print').onclick = () => print();
  here.querySelector('.hide-words').onclick = () => {
    sheet.querySelector('.words24').replaceChildren();
    sheet.hidden = true;
    show.hidden = false;
  };
}

async function restore() {
  const field = form.querySelector('#words');
  say('');
  let seed;
  try {
    seed = await seedOfWords(field.value);
  } catch (problem) {
    if (problem instanceof WordsError && problem.code === 'words-invalid') {
      say('invalid');
      return;
    }
    throw problem;
  }
  const shared = chosen(form);
  const { standing, member } = await standingOf(ofSeed(community, seed, { shared }));
  if (standing !== 'active' && standing !== 'waiting') {
    say(standing);
    return;
  }
  const kept = await keep(community, seed, { member, shared });
  field.value = '';
  if (standing === 'active') {
    await signIn(kept);
    await introduce(kept);
  }
  location.assign(standing === 'active' ? '/me' : `/newcomers/${member}`);
}

/** Says at the field what is wrong with the words; nothing if `what` is empty. */
function say(what) {
  const sentence = what === '' ? '' : place.querySelector('.wrong-words').dataset[what];
  const wrong = form.querySelector('#words-wrong');
  wrong.textContent = sentence;
  wrong.hidden = sentence === '';
  form.querySelector('#words').setAttribute('aria-invalid', String(sentence !== ''));
}

run(place, start);
