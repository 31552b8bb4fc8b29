/**
 * What a browser keeps: keys, heads it saw, receipts, and what it signed and could not send yet.
 *
 * IndexedDB, because it is there on plain http and holds keys that cannot be read out. A browser
 * may throw all of it away (private windows, little space, a week without a visit), so nothing
 * here is the only copy of anything that matters: the words on paper and the ledger are.
 */

const NAME = 'acuerdo';
const VERSION = 1;

/** By what each shelf is sorted. */
const SHELVES = { keys: 'community', heads: 'ledger', receipts: 'id', outbox: 'id', notes: 'id' };

let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [shelf, keyPath] of Object.entries(SHELVES)) {
        request.result.createObjectStore(shelf, { keyPath });
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function run(shelf, mode, ask) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(shelf, mode);
    const request = ask(transaction.objectStore(shelf));
    // A write counts once the transaction is over, not when the request is answered.
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

/** @returns {Promise<any>} what is kept under that key, or undefined */
export const get = (shelf, key) => run(shelf, 'readonly', (store) => store.get(key));

/** @returns {Promise<any[]>} */
export const all = (shelf) => run(shelf, 'readonly', (store) => store.getAll());

/** Keeps a value under the key that it holds itself. */
export const put = (shelf, value) => run(shelf, 'readwrite', (store) => store.put(value));

export const drop = (shelf, key) => run(shelf, 'readwrite', (store) => store.delete(key));

/** Asks the browser not to throw these things away; it may say no, and on plain http cannot say yes. */
export async function askToStay() {
  try {
    return (await navigator.storage?.persist?.()) ?? false;
  } catch {
    return false;
  }
}
