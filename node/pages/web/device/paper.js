/** The recovery words on the screen, and whether they are on paper: three of them are asked for. */

import { showStep } from './steps.js';
import { wordsOfSeed } from './words.js';

const ASKED = 3;

/** @param {Element} list */
export async function showWords(list, seed) {
  const words = await wordsOfSeed(seed, document.documentElement.lang);
  list.replaceChildren(
    ...words.map((word) => {
      const item = document.createElement('li');
      item.textContent = word;
      return item;
    }),
  );
  return words;
}

/**
 * Goes through the steps `words` and `check`.
 *
 * @param {Element} place
 * @param {Uint8Array} seed
 * @returns {Promise<void>} when three words were right
 */
export async function toPaper(place, seed) {
  const list = place.querySelector('.words24');
  const words = await showWords(list, seed);
  const check = place.querySelector('form[data-step="check"]');
  place.querySelector('[data-step="words"] .print').onclick = () => print();
  showStep(place, 'words');
  return new Promise((resolve) => {
    let asked = [];
    place.querySelector('.written').onclick = () => {
      asked = some(words.length);
      askFor(check, asked);
      showStep(place, 'check');
    };
    check.querySelector('.again').onclick = () => showStep(place, 'words');
    check.onsubmit = (event) => {
      event.preventDefault();
      const right = asked.map((at, n) => bare(check.querySelector(`#word-${n}`).value) === bare(words[at]));
      const all = right.every(Boolean);
      check.querySelector('#word-wrong').hidden = all;
      if (all) {
        list.replaceChildren();
        resolve();
      } else {
        check.querySelector(`#word-${right.indexOf(false)}`).focus();
      }
    };
  });
}

function askFor(check, asked) {
  check.querySelector('#word-wrong').hidden = true;
  for (const [n, at] of asked.entries()) {
    const label = check.querySelector(`label[for="word-${n}"]`);
    label.textContent = label.dataset.label.replace('#', at + 1);
    check.querySelector(`#word-${n}`).value = '';
  }
}

/** Three different places, in order. */
function some(count) {
  const found = new Set();
  while (found.size < ASKED) {
    found.add(crypto.getRandomValues(new Uint8Array(1))[0] % count);
  }
  return [...found].sort((one, other) => one - other);
}

const bare = (word) => word.trim().toLowerCase().normalize('NFKD').replace(/\p{Mn}/gu, '');
