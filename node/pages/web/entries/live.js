/**
 * The facilitator's screen. Tallies come by server-sent events as a piece of the page; what she
 * notes stays on this device: which item it is, its clock, whose hand is up, what was counted.
 */

import { addToDraft } from '../device/drafts.js';
import { get, put } from '../device/store.js';

const LOOK_AGAIN_MS = 20_000;
const place = document.querySelector('.live');
const shown = place.querySelector('#tallies');
const id = `live/${document.body.dataset.community}/${place.dataset.call}`;
const note = { id, at: 0, clocks: {}, hands: [] };

// --- what the node says --------------------------------------------------------------------------

function show(piece) {
  shown.innerHTML = piece;
  mark();
}

async function lookAgain() {
  try {
    const page = await (await fetch(location.pathname)).text();
    show(new DOMParser().parseFromString(page, 'text/html').querySelector('#tallies').innerHTML);
  } catch {
    // The next look may find the node again.
  }
}

function follow() {
  const source = new EventSource(place.dataset.events);
  const lost = place.querySelector('.lost');
  source.addEventListener('tallies', (event) => {
    lost.hidden = true;
    show(event.data);
  });
  source.onerror = () => {
    lost.hidden = false;
    if (source.readyState === EventSource.CLOSED) {
      setInterval(lookAgain, LOOK_AGAIN_MS);
    }
  };
}

// --- the item that it is about, and its clock ------------------------------------------------------

let since = null;
const sections = () => [...shown.querySelectorAll('.live-tally')];
const proposal = () => sections()[note.at]?.dataset.proposal ?? '';

function keep() {
  return put('notes', note);
}

function mark() {
  for (const [at, section] of sections().entries()) {
    section.classList.toggle('is-now', at === note.at);
  }
  const now = place.querySelector('.now');
  now.querySelector('.current').textContent = sections()[note.at]?.querySelector('h3').textContent;
  now.querySelector('.previous').disabled = note.at === 0;
  now.querySelector('.next').disabled = note.at >= sections().length - 1;
  for (const form of place.querySelectorAll('form.count')) {
    form.hidden = form.dataset.proposal !== proposal();
  }
}

function seconds() {
  const running = since === null ? 0 : (Date.now() - since) / 1000;
  return Math.floor((note.clocks[proposal()] ?? 0) + running);
}

function tick() {
  const all = seconds();
  const clock = `${Math.floor(all / 60)}:${String(all % 60).padStart(2, '0')}`;
  place.querySelector('.clock').textContent = clock;
}

function stop() {
  note.clocks[proposal()] = seconds();
  since = null;
  const button = place.querySelector('.run');
  button.textContent = button.dataset.run;
  return keep();
}

function start() {
  since = Date.now();
  const button = place.querySelector('.run');
  button.textContent = button.dataset.stop;
}

function turn(by) {
  stop();
  note.at = Math.min(Math.max(note.at + by, 0), sections().length - 1);
  keep();
  mark();
  tick();
}

function listen() {
  place.querySelector('.previous').addEventListener('click', () => turn(-1));
  place.querySelector('.next').addEventListener('click', () => turn(1));
  place.querySelector('.run').addEventListener('click', () => (since === null ? start() : stop()));
  place.querySelector('.again').addEventListener('click', () => {
    stop();
    note.clocks[proposal()] = 0;
    keep();
    tick();
  });
  setInterval(tick, 500);
}

// --- hands -----------------------------------------------------------------------------------------

function showHands() {
  const list = place.querySelector('.hands');
  const blank = place.querySelector('template.hand').content;
  list.textContent = '';
  list.append(
    ...note.hands.map((name, at) => {
      const line = blank.cloneNode(true);
      line.querySelector('.name').textContent = name;
      line.querySelector('.done').addEventListener('click', () => {
        note.hands.splice(at, 1);
        keep();
        showHands();
      });
      return line;
    }),
  );
}

place.querySelector('.raise').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = place.querySelector('#hand');
  const name = field.value.trim();
  if (name !== '') {
    note.hands.push(name);
    keep();
    showHands();
  }
  field.value = '';
  field.focus();
});

// --- counts ------------------------------------------------------------------------------------------

for (const form of place.querySelectorAll('form.count')) {
  form.addEventListener('input', () => {
    form.querySelector('.noted').hidden = true;
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const n = form.dataset.item;
    const counted = [...new FormData(form)].map(([choice, hands]) => [`count-${n}-${choice}`, hands]);
    const item = [`item-${n}`, form.dataset.proposal];
    await addToDraft(place.dataset.draft, [item, [`what-${n}`, 'voices'], ...counted]);
    form.querySelector('.noted').hidden = false;
  });
}

async function begin() {
  Object.assign(note, (await get('notes', id)) ?? {});
  place.querySelector('.facilitator').hidden = false;
  showHands();
  if (shown !== null) {
    place.querySelector('.now').hidden = false;
    note.at = Math.min(note.at, sections().length - 1);
    mark();
    listen();
    follow();
  }
}

begin();
