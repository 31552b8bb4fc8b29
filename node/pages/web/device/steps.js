/** A page whose steps are parts of class `step`: one of them is seen at a time. */

/** @param {Element} place @param {string} name */
export function showStep(place, name) {
  for (const step of place.querySelectorAll('.step')) {
    step.hidden = step.dataset.step !== name;
  }
  const now = place.querySelector(`[data-step="${name}"]`);
  (now?.querySelector('[tabindex="-1"]') ?? now?.querySelector('input') ?? now)?.focus();
}
