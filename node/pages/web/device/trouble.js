/** Shows in a page what went wrong: inside `place`, the part of class `failed`. */

import { Trouble, advice } from './net.js';

/**
 * @param {Element} place
 * @param {unknown} problem
 */
export async function showTrouble(place, problem) {
  const shown = place.querySelector('.failed');
  const code = problem?.code ?? 'page-broke';
  shown.querySelector('.code').textContent = code;
  shown.querySelector('.detail').textContent = problem?.detail ?? String(problem);
  const offline = problem instanceof Trouble && problem.status === 0;
  const told = offline ? document.body.dataset.offline : await advice(code);
  shown.querySelector('.advice').textContent = told;
  shown.hidden = false;
  shown.focus();
}
