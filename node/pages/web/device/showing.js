/**
 * What was found out, as a page shows it: a line for each check with a sign and words, what was
 * compared behind it, and where something does not match, what it may mean and what to do.
 *
 * Everything is put in as text, for much of it comes from the node that is being doubted.
 */

const SIGNS = { yes: '\u2713', no: '\u2715', unsure: '!' };
const LOOKS = { yes: 'good', no: 'danger', unsure: 'warn' };
const TAGS = { yes: 'tag good', no: 'tag bad', unsure: 'tag warn' };
const TO_DO = ['do-save', 'do-again', 'do-wait'];
const SHORT = 8;

/**
 * @typedef {{words: Object<string, string>, names: Object<string, string>}} Telling
 * @typedef {{title?: string, findings: import('./findings.js').Findings, entry?: object | null}} Report
 *
 * @param {Element} place
 * @param {Report[]} reports
 * @param {Telling} telling
 * @param {string} file name of the file in which it is saved
 */
export function showFindings(place, reports, telling, file) {
  const teller = new Teller(telling);
  const found = place.querySelector('.found');
  const worst = worstOf(reports.map(({ findings }) => findings.verdict));
  const lines = reports.flatMap((report) => teller.report(report, reports.length > 1));
  const saving = teller.saving(reports, file);
  // Where something is wrong, what to do about it comes before what is right.
  const rest = worst === 'no' ? [...teller.alarm(reports), saving, ...lines] : [...lines, saving];
  found.replaceChildren(teller.verdict(worst), ...rest);
  found.dataset.verdict = worst;
  found.hidden = false;
  found.focus();
}

const worstOf = (verdicts) =>
  ['no', 'unsure'].find((one) => verdicts.includes(one)) ?? (verdicts.length > 0 ? 'yes' : 'unsure');

/** Lets a browser save a file. */
export function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = made('a', { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** An element with attributes and what is in it. */
export function made(tag, attributes = {}, ...parts) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...parts);
  return element;
}

export class Teller {
  /** @param {Telling} telling */
  constructor({ words, names }) {
    this.words = words;
    this.names = names;
  }

  /** A sentence with its values; times among them are said as times. */
  say(key, values = {}) {
    const sentence = this.words[key] ?? key;
    return sentence.replace(/\{([a-z]+)\}/g, (whole, name) =>
      name in values ? this.value(name, values[name]) : whole,
    );
  }

  value(name, value) {
    return name === 'then' ? moment(value) : String(value);
  }

  verdict(state) {
    return made(
      'div',
      { class: `notice verdict ${LOOKS[state]}`, role: state === 'no' ? 'alert' : 'status' },
      made('h2', {}, `${SIGNS[state]} ${this.say(`verdict-${state}-title`)}`),
      made('p', {}, this.say(`verdict-${state}`)),
    );
  }

  /** One of many is folded away, unless something in it is wrong. */
  report({ title, findings, entry = null }, many) {
    const lines = findings.ordered.map((line) => this.line(line));
    const said = entry === null ? [] : [this.said(entry)];
    const parts = [made('ol', { class: 'rows checks' }, ...lines), ...said];
    const { verdict } = findings;
    if (title === undefined) {
      return parts;
    }
    if (!many || verdict === 'no') {
      return [made('h3', {}, made('bdi', {}, title)), ...parts];
    }
    const sign = `${SIGNS[verdict]} ${this.say(`verdict-${verdict}-title`)}`;
    const summary = made('summary', {}, made('bdi', {}, title), ': ', sign);
    return [made('details', { class: 'card' }, summary, ...parts)];
  }

  line({ name, state, key, values, compared }) {
    const sign = made('span', { class: TAGS[state] }, `${SIGNS[state]} ${this.say(`sign-${state}`)}`);
    const head = made('strong', {}, this.say(`label-${name}`));
    const line = made('li', { 'data-check': name, 'data-state': state, 'data-key': key });
    line.append(sign, ' ', head, made('p', {}, this.say(key, values)));
    if (compared.length > 0) {
      const rows = compared.map(([what, value]) => this.row(`c-${what}`, this.shown(value)));
      line.append(this.folded('details', made('dl', { class: 'facts' }, ...rows)));
    }
    return line;
  }

  row(key, value) {
    const shown = made(/^\S{20,}$/.test(value) ? 'code' : 'bdi', {}, value);
    return made('div', {}, made('dt', {}, this.say(key)), made('dd', {}, shown));
  }

  folded(key, ...parts) {
    return made('details', {}, made('summary', {}, this.say(key)), ...parts);
  }

  shown(value) {
    if (typeof value !== 'object') {
      return String(value);
    }
    const { witness, time, code } = value;
    const more = [time === undefined ? null : moment(time), code ?? null];
    return [this.community(witness), ...more].filter((part) => part !== null).join(', ');
  }

  /** A community by its name and the beginning of its id. */
  community(id) {
    const short = id.slice(0, SHORT);
    const name = this.names[id];
    return name ? `${name} (${short})` : this.say('unnamed', { id: short });
  }

  /** What the bytes say that were verified, for nobody has to believe the page's own sentence. */
  said({ message, received }) {
    return this.folded(
      'said-title',
      made('p', { class: 'quiet' }, this.say('said-what')),
      made(
        'dl',
        { class: 'facts' },
        this.row('said-kind', message.kind),
        this.row('said-received', moment(received)),
        this.row('said-audience', message.audience),
      ),
      made('p', {}, this.say('said-body')),
      made('pre', { dir: 'ltr' }, JSON.stringify(message.body, null, 1)),
    );
  }

  alarm(reports) {
    const lines = reports.flatMap(({ findings }) => findings.ordered);
    const wrong = lines.filter(({ state }) => state === 'no');
    const failed = new Set(wrong.map(({ name }) => name));
    const list = (keys) => made('ul', {}, ...keys.map((key) => made('li', {}, this.say(key))));
    const said = wrong.map(({ name, key, values }) =>
      made('li', {}, made('strong', {}, this.say(`label-${name}`)), ': ', this.say(key, values)),
    );
    return [
      made('h3', {}, this.say('alarm-wrong')),
      made('ul', {}, ...said),
      made('h3', {}, this.say('alarm-means')),
      list([...failed].map((name) => `means-${name}`)),
      made('h3', {}, this.say('alarm-do')),
      list(TO_DO),
      made('h3', {}, this.say('alarm-tell')),
      made('p', {}, this.say('tell')),
    ];
  }

  saving(reports, file) {
    const button = made('button', { type: 'button', class: 'save' }, this.say('save'));
    button.addEventListener('click', () => save(file, evidenceOf(reports)));
    return button;
  }
}

/** Everything that was looked at and found, as one file. */
export function evidenceOf(reports) {
  const when = new Date().toISOString();
  const looked = reports.map(({ title, findings }) => ({
    ...(title === undefined ? {} : { title }),
    ...findings.evidence,
    checks: findings.ordered,
  }));
  return `${JSON.stringify({ version: 1, made: when, page: location.href, looked }, null, 1)}\n`;
}

function moment(seconds) {
  const language = document.documentElement.lang;
  const date = new Date(seconds * 1000);
  try {
    return date.toLocaleString(language, { dateStyle: 'long', timeStyle: 'short' });
  } catch {
    return date.toLocaleString(language); // browsers of before 2020
  }
}
