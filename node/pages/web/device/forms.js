/** Runs what a form does, with its button held and trouble shown. */

import { showTrouble } from './trouble.js';

/**
 * @param {HTMLFormElement} form
 * @param {Element} place where trouble is shown
 * @param {() => Promise<void>} work
 */
export function onSubmit(form, place, work) {
  const button = form.querySelector('button.main') ?? form.querySelector('button');
  const wait = form.querySelector('.wait');
  button.disabled = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    button.disabled = true;
    if (wait !== null) {
      wait.hidden = false;
    }
    place.querySelector('.failed').hidden = true;
    work()
      .catch((problem) => showTrouble(place, problem))
      .finally(() => {
        button.disabled = false;
        if (wait !== null) {
          wait.hidden = true;
        }
      });
  });
}

/** A name as the ledger takes it, or null; the field says so. */
export function readNameField(form) {
  const field = form.querySelector('#name');
  const name = field.value.replace(/\s+/g, ' ').trim();
  const wrong = name === '' || [...name].length > 80;
  form.querySelector('#name-wrong').hidden = !wrong;
  field.setAttribute('aria-invalid', String(wrong));
  if (wrong) {
    field.focus();
  }
  return wrong ? null : name;
}
