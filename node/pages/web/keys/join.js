/**
 * Joining: name, key, words on paper, and the signature.
 *
 * Every step is written down before the next one, so that a page that was closed or a network
 * that broke goes on where it stopped; the same message is sent again, and is one entry.
 */

import { actAll } from '../device/acting.js';
import { chosen, prepareChoice } from '../device/choosing.js';
import { onSubmit, readNameField } from '../device/forms.js';
import { introduce, keepName } from '../device/introducing.js';
import { identity, keep, newSeed, settle } from '../device/keyring.js';
import { seedOfInvitation, takeFragment } from '../device/links.js';
import { postJson } from '../device/net.js';
import { putOnPaper } from '../device/paper.js';
import { partOf, run } from '../device/part.js';
import { finish, recall, remember } from '../device/progress.js';
import { signIn, standingOf } from '../device/session.js';
import { showStep } from '../device/steps.js';
import { showTrouble } from '../device/trouble.js';
import { keyOfSeed } from '../wire/keys.js';
import { b64urlDecode, b64urlEncode, utf8Encode } from '../wire/text.js';

const place = partOf('.join');
const { community } = document.body.dataset;
const { invitation, audience, state } = place.dataset;
const id = `join/${invitation}`;
// Already taken, or answered meanwhile: the message got through and its answer did not.
const STANDS = new Set(['key-known', 'invitation-unknown', 'message-repeated']);

async function start() {
  const secret = seedOfInvitation(invitation, takeFragment());
  let begun = await recall(id);
  if (begun === null && secret !== null && state === 'open') {
    begun = { secret: b64urlEncode(secret), step: 'begin' };
    await remember(id, begun, { shared: true }); // nobody said yet whose device this is
  }
  if (state !== 'open') {
    await goOn();
    return;
  }
  if (begun === null) {
    place.querySelector('.no-secret').hidden = false;
    return;
  }
  await Promise.all([showInviter(begun), resume(begun)]);
}

/** Who joined from here before sees how far she has come. */
async function goOn() {
  const held = await identity(community);
  const found = held === null ? null : await standingOf(held);
  if (found?.member) {
    await arrive(held, found, await recall(id));
  }
}

async function resume(begun) {
  if (begun.step === 'begin') {
    const form = place.querySelector('form[data-step="begin"]');
    await prepareChoice(form, community);
    showStep(place, 'begin');
    onSubmit(form, place, () => begin(form, begun));
  } else if (begun.step === 'words') {
    await toWords(begun);
  } else {
    toJoin(begun);
  }
}

async function begin(form, { secret }) {
  const name = readNameField(form);
  if (name !== null) {
    const begun = { secret, name, shared: chosen(form), seed: b64urlEncode(newSeed()), step: 'words' };
    await remember(id, begun, begun);
    toWords(begun).catch((problem) => showTrouble(place, problem));
  }
}

async function toWords(begun) {
  document.querySelector('.rules').hidden = true; // read, and out of the way
  await putOnPaper(place, b64urlDecode(begun.seed), document.documentElement.lang);
  const checked = { ...begun, step: 'join' };
  await remember(id, checked, checked);
  toJoin(checked);
}

function toJoin(begun) {
  document.querySelector('.rules').hidden = true;
  showStep(place, 'join');
  onSubmit(place.querySelector('form[data-step="join"]'), place, () => join(begun));
}

async function join(begun) {
  const { seed, secret, shared, name } = begun;
  const held = await keep(community, b64urlDecode(seed), { shared });
  await keepName(held, name);
  const text = `acuerdo/invitation/1\n${community}\n${held.key}\n`;
  const proof = b64urlEncode(keyOfSeed(b64urlDecode(secret)).sign(utf8Encode(text)));
  try {
    await actAll(held, [{ kind: 'member/join', audience, body: { invitation, proof } }]);
  } catch (problem) {
    if (!STANDS.has(problem?.code)) {
      throw problem;
    }
    const found = await standingOf(held);
    if (!found.member) {
      throw problem;
    }
  }
  await arrive(held, await standingOf(held), begun);
}

async function arrive(held, { member, standing }, begun) {
  await settle(community, member);
  if (standing === 'active') {
    await introduce(held);
    await signIn(held);
  }
  if (begun !== null) {
    await finish(id);
  }
  location.replace(`/newcomers/${member}`);
}

async function showInviter({ secret }) {
  const line = document.querySelector('.inviter');
  if (line === null || line.dataset.known === 'yes') {
    return;
  }
  const { challenge } = await postJson('/enter/challenge', {});
  const text = `acuerdo/invited/1\n${community}\n${challenge}\n`;
  const signature = b64urlEncode(keyOfSeed(b64urlDecode(secret)).sign(utf8Encode(text)));
  const { name } = await postJson(`/join/${invitation}/inviter`, { challenge, signature });
  if (name !== null) {
    const who = document.createElement('bdi');
    who.textContent = name;
    const [before, after] = line.dataset.says.split('#');
    line.replaceChildren(before, who, after);
  }
}

run(place, start);
