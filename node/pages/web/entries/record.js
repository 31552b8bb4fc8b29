/** The secretary's form: kept while it is typed, searched by name, counted as people are ticked. */

import { dropDraft, keepDraft, readDraft } from '../device/drafts.js';

const place = document.querySelector('.draft');
const form = document.querySelector('form.record');
const name = place.dataset.draft;
const ROW = /^(who|says|why|help)-(\d+)-(\d+)$/;
const OF_ITEM = /^(item|what|count|who|says|why|help)-(\d+)(-.*)?$/;

// --- the draft ---------------------------------------------------------------------------------

let waiting;

function keep() {
  clearTimeout(waiting);
  const pairs = [...new FormData(form)].filter(([, value]) => typeof value === 'string');
  return keepDraft(name, pairs).then(() => {
    place.querySelector('.kept').hidden = false;
  });
}

function keepSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(keep, 250);
}

/** The number that an item of the draft has in this form: proposals may have come and gone. */
function numbers(pairs) {
  const here = new Map();
  for (const field of form.querySelectorAll('input[name^="item-"]')) {
    here.set(field.value, field.name.slice('item-'.length));
  }
  const found = new Map();
  for (const [field, value] of pairs) {
    if (field.startsWith('item-') && here.has(value)) {
      found.set(field.slice('item-'.length), here.get(value));
    }
  }
  return found;
}

function renamed(pairs) {
  const number = numbers(pairs);
  return pairs.flatMap(([field, value]) => {
    const parts = OF_ITEM.exec(field);
    if (parts === null) {
      return [[field, value]];
    }
    const now = number.get(parts[2]);
    return now === undefined ? [] : [[`${parts[1]}-${now}${parts[3] ?? ''}`, value]];
  });
}

function fill({ pairs, whole }) {
  if (whole) {
    for (const box of form.querySelectorAll('input[type="checkbox"]')) {
      box.checked = false;
    }
  }
  for (const [field, value] of renamed(pairs)) {
    const row = ROW.exec(field);
    while (row !== null && form.elements[field] === undefined && addRow(row[2]));
    for (const one of form.querySelectorAll(`[name="${CSS.escape(field)}"]`)) {
      if (one.type === 'checkbox' || one.type === 'radio') {
        one.checked = one.checked || one.value === value;
      } else {
        one.value = value;
      }
    }
  }
  for (const details of form.querySelectorAll('details')) {
    details.open = details.open || details.querySelector('[value="voices"]:checked') !== null;
  }
}

async function begin() {
  if (place.dataset.fresh === 'yes') {
    const draft = await readDraft(name);
    if (draft !== undefined) {
      fill(draft);
      place.querySelector('.restored').hidden = false;
    }
  } else {
    await keep();
  }
  count();
}

place.querySelector('.discard').addEventListener('click', async () => {
  clearTimeout(waiting);
  await dropDraft(name);
  location.reload();
});

form.addEventListener('input', keepSoon);
form.addEventListener('change', keepSoon);
form.addEventListener('submit', (event) => {
  const lost = place.querySelector('.offline');
  lost.hidden = navigator.onLine !== false;
  keep();
  if (!lost.hidden) {
    event.preventDefault();
    lost.focus();
  }
});

// --- who was there -----------------------------------------------------------------------------

const boxes = [...form.querySelectorAll('input[name="present"]')];

function count() {
  const there = boxes.filter((box) => box.checked);
  const homes = new Set(there.map((box) => box.dataset.home).filter((home) => home !== undefined));
  form.querySelector('.tally .people').textContent = String(there.length);
  form.querySelector('.tally .households').textContent = String(homes.size);
}

const folded = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const search = form.querySelector('#search');
search.closest('.search').hidden = boxes.length < 9;
search.addEventListener('input', () => {
  const wanted = folded(search.value.trim());
  for (const box of boxes) {
    const line = box.closest('label');
    line.hidden = !folded(line.textContent).includes(wanted);
  }
});
search.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') {
    event.preventDefault();
    const seen = boxes.filter((box) => !box.closest('label').hidden);
    if (seen.length === 1) {
      seen[0].checked = !seen[0].checked;
      count();
      keepSoon();
      search.select();
    }
  }
});
form.querySelector('.people-list').addEventListener('change', count);

// --- positions by name ---------------------------------------------------------------------------

/** One more blank row in an item; false if there is no such item. */
function addRow(item) {
  const names = form.querySelector(`.names[data-item="${item}"]`);
  const rows = names === null ? [] : [...names.querySelectorAll('.named')];
  if (rows.length === 0 || rows.length > 60) {
    return false;
  }
  const last = rows[rows.length - 1];
  const added = last.cloneNode(true);
  for (const told of added.querySelectorAll('.wrong')) {
    told.remove();
  }
  for (const field of added.querySelectorAll('input, select, textarea')) {
    const renewed = field.name.replace(/\d+$/, String(rows.length));
    added.querySelector(`label[for="${field.id}"]`).htmlFor = renewed;
    field.id = renewed;
    field.name = renewed;
    field.value = '';
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
  }
  last.after(added);
  return true;
}

for (const button of form.querySelectorAll('.names .add')) {
  button.addEventListener('click', (event) => {
    event.preventDefault();
    const names = button.closest('.names');
    if (addRow(names.dataset.item)) {
      const rows = names.querySelectorAll('.named');
      rows[rows.length - 1].querySelector('input').focus();
    }
  });
}

begin();
