/** Buttons of class `print`: there only where a script can do it. */

for (const button of document.querySelectorAll('button.print')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
