/**
 * A seed goes on paper: its words are shown, then three of them are asked for.
 *
 * The words stand in the page and nowhere else; no field of these forms has a name, so that none
 * of it can ever be sent.
 */

import { showStep } from './steps.js';
import { wordsOfSeed } from './words.js';

const ASKED = 3;

/**
 * @param {Element} list of class `words24`
 * @param {Uint8Array} seed
 * @param {string} language
 * @returns {Promise<string[]>} the words that it shows now
 */
export async function showWords(list, seed, language) {
  const words = await wordsOfSeed(seed, language);
  list.lang = language;
  list.replaceChildren(...words.map(line));
  return words;
}

/**
 * @param {Element} place holds the steps `words` and `check` (`word_sheet` of the templates)
 * @param {Uint8Array} seed
 * @param {string} language
 * @returns {Promise<void>} once somebody has shown that she wrote them down
 */
export async function putOnPaper(place, seed, language) {
  const list = place.querySelector('.words24');
  place.querySelector('[data-step="words"] .print').onclick = () => print();
  for (;;) {
    const words = await showWords(list, seed, language);
    await shown(place, 'words', '.written');
    list.replaceChildren();
    if (await asked(place, words)) {
      return;
    }
  }
}

function line(word) {
  const item = document.createElement('li');
  item.textContent = word;
  return item;
}

function shown(place, name, button) {
  showStep(place, name);
  return new Promise((resolve) => {
    place.querySelector(button).onclick = resolve;
  });
}

/** True once all three are right; false if she wants to see them again. */
function asked(place, words) {
  const form = place.querySelector('[data-step="check"]');
  const wrong = form.querySelector('#word-wrong');
  const inputs = [...form.querySelectorAll('input')];
  const places = threeOf(words.length);
  inputs.forEach((input, at) => {
    const label = form.querySelector(`label[for="${input.id}"]`);
    label.textContent = label.dataset.label.replace('#', String(places[at] + 1));
    input.value = '';
    input.removeAttribute('aria-invalid');
  });
  wrong.hidden = true;
  showStep(place, 'check');
  return new Promise((resolve) => {
    form.querySelector('.again').onclick = () => resolve(false);
    form.onsubmit = (event) => {
      event.preventDefault();
      const bad = inputs.filter((input, at) => bare(input.value) !== bare(words[places[at]]));
      inputs.forEach((input) => input.setAttribute('aria-invalid', String(bad.includes(input))));
      wrong.hidden = bad.length === 0;
      if (bad.length === 0) {
        inputs.forEach((input) => { input.value = ''; });
        resolve(true);
      } else {
        bad[0].focus();
      }
    };
  });
}

/** Three places, in order, chosen by chance. */
function threeOf(count) {
  const left = Array.from({ length: count }, (_, at) => at);
  const chance = crypto.getRandomValues(new Uint32Array(ASKED));
  const taken = [...chance].map((number) => left.splice(number % left.length, 1)[0]);
  return taken.sort((one, other) => one - other);
}

/** As people type from paper: accents and capitals do not matter. */
const bare = (word) => word.normalize('NFKD').replace(/\p{Mn}/gu, '').trim().toLowerCase();
