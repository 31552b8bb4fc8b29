/** The node, asked over HTTP; whatever goes wrong comes as one kind of trouble, with a code. */

export class Trouble extends Error {
  /**
   * @param {string} code stable, as docs/spec/errors.md and docs/spec/http-api.md list them
   * @param {string} detail
   * @param {number} status 0 where the node was not reached
   */
  constructor(code, detail, status = 0) {
    super(`${code}: ${detail}`);
    this.name = 'Trouble';
    this.code = code;
    this.detail = detail;
    this.status = status;
  }

  /** Whether the same thing, sent again, may well go through. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<Response>} an answer that says yes
 * @throws {Trouble}
 */
export async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { credentials: 'same-origin', ...options });
  } catch (problem) {
    throw new Trouble('network', String(problem));
  }
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw new Trouble(told.code ?? `http-${answer.status}`, told.detail ?? '', answer.status);
  }
  return answer;
}

/** @returns {Promise<any>} */
export const getJson = async (path) => (await ask(path)).json();

/** @returns {Promise<any>} */
export async function postJson(path, value) {
  const headers = { 'content-type': 'application/json' };
  return (await ask(path, { method: 'POST', headers, body: JSON.stringify(value) })).json();
}

/** What to do about a code, in the page's language. */
export async function advice(code) {
  try {
    return await (await ask(`/advice/${encodeURIComponent(code)}`)).text();
  } catch {
    return '';
  }
}
