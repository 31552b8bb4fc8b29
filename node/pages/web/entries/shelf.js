/** The receipts that this browser keeps, newest first; and all of them checked again. */

import { Teller, made, save, showFindings } from '../device/showing.js';
import { all } from '../device/store.js';
import { showTrouble } from '../device/trouble.js';

const MOST = 200;
const place = document.querySelector('.receipts');
const again = place.querySelector('.again');
const wait = place.querySelector('.wait');
const asked = JSON.parse(place.dataset.asked);
const teller = new Teller(asked);
const own = document.body.dataset.community;

async function list() {
  const kept = (await all('receipts')).sort((one, other) => (other.received ?? 0) - (one.received ?? 0));
  place.querySelector('.none').hidden = kept.length > 0;
  again.hidden = !kept.some((one) => one.state === 'true');
  place.querySelector('.kept').replaceChildren(...kept.slice(0, MOST).map(row));
  return kept;
}

function row(receipt) {
  const { id, community, index, kind, state } = receipt;
  const holds = state === 'true';
  const base = community === own ? '/ledger' : `/ledgers/${community}`;
  const title = holds
    ? made('a', { href: `${base}/${index}` }, teller.say('receipt-entry', { index }))
    : made('strong', {}, teller.say('receipt-unplaced'));
  const sign = holds ? ['tag good', '\u2713'] : ['tag bad', '\u2715'];
  const button = made('button', { type: 'button' }, teller.say('receipt-save'));
  button.addEventListener('click', () => save(`${id.slice(0, 8)}.receipt.json`, fileOf(receipt)));
  return made(
    'li',
    { 'data-state': state },
    title,
    made('span', { class: sign[0] }, `${sign[1]} ${teller.say(`receipt-${state}`)}`),
    made('span', { class: 'quiet' }, `${teller.community(community)} ${kind ?? receipt.code}`),
    button,
  );
}

/** As the command line keeps receipts; one that does not hold goes out whole, as evidence. */
function fileOf({ state, id, community, index, entry, receipt, chain, ...more }) {
  const kept = { version: 1, community, message: id, index, entry, receipt, chain };
  return JSON.stringify(state === 'true' ? kept : { id, community, state, ...more });
}

async function checkAgain() {
  const { recheck } = await import('../device/recheck.js');
  const kept = (await list()).filter(({ state }) => state === 'true').slice(0, MOST);
  const reports = await recheck(kept, (n) => {
    wait.textContent = teller.say('progress', { n });
  });
  const told = reports.map(({ index, findings, entry }) => ({
    title: teller.say('receipt-entry', { index }), findings, entry,
  }));
  showFindings(place, told, asked, 'receipts.checks.json');
}

again.addEventListener('click', () => {
  again.disabled = true;
  wait.hidden = false;
  checkAgain()
    .catch((problem) => showTrouble(place, problem))
    .finally(() => {
      again.disabled = false;
      wait.hidden = true;
    });
});

list().catch((problem) => showTrouble(place, problem));
