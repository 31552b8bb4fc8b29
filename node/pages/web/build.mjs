/**
 * Bundles what the browser loads: every entries/*.js and styles/*.css into ../static.
 *
 * Names carry a hash of what is in the file, so that a browser may keep it for ever;
 * manifest.json says which file an entry became, and which chunks it needs at once:
 *
 *     {"vote.js": {"file": "vote-ABCDEFGH.js", "imports": ["chunk-IJKLMNOP.js"]}, ...}
 *
 * The same sources give the same bytes on every machine.
 */

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { build } from 'esbuild';

const WEB = dirname(fileURLToPath(import.meta.url));
const STATIC = join(dirname(WEB), 'static');

// JavaScript for Chrome 80 and Safari 14: phones that get no updates any more. Only syntax is
// rewritten; tests/web/build.test.mjs looks for library calls that they do not have.
const SCRIPT_TARGET = 'es2020';
const STYLE_TARGET = ['chrome80', 'firefox78', 'safari14'];

/**
 * @param {string[]} entryPoints paths of the files to start from
 * @returns {Promise<Map<string, {text: Uint8Array, entry: string, imports: string[]}>>}
 *     the files to serve, by name; `entry` is empty for a chunk
 */
export async function bundle(entryPoints) {
  const files = new Map();
  for (const kind of ['.js', '.css']) {
    const wanted = entryPoints.filter((path) => path.endsWith(kind));
    if (wanted.length > 0) {
      const made = await build(options(wanted, kind === '.js' ? SCRIPT_TARGET : STYLE_TARGET));
      const outputs = new Map(
        Object.entries(made.metafile.outputs).map(([path, output]) => [basename(path), output]),
      );
      for (const { path, contents } of made.outputFiles) {
        const name = basename(path);
        const entry = basename(outputs.get(name).entryPoint ?? '');
        // What is imported on demand is a chunk here too, though the bundler calls it an entry.
        const asked = wanted.some((known) => basename(known) === entry);
        const imports = kind === '.js' ? neededAtOnce(outputs, name) : [];
        files.set(name, { text: contents, entry: asked ? entry : '', imports });
      }
    }
  }
  return files;
}

/** @returns {import('esbuild').BuildOptions & {write: false, metafile: true}} */
function options(entryPoints, target) {
  return {
    absWorkingDir: WEB,
    nodePaths: [join(WEB, 'node_modules')],
    entryPoints,
    target,
    bundle: true,
    minify: true,
    format: 'esm',
    splitting: true,
    platform: 'browser',
    charset: 'utf8',
    legalComments: 'none', // the texts of the licences are in licenses.txt
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.svg': 'file', '.png': 'file' },
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'warning',
  };
}

/** Chunks that a file imports statically, and what those import, each once. */
function neededAtOnce(outputs, name) {
  const found = new Set();
  const open = [name];
  while (open.length > 0) {
    for (const { path, kind } of outputs.get(open.pop())?.imports ?? []) {
      const chunk = basename(path);
      if (kind === 'import-statement' && !found.has(chunk)) {
        found.add(chunk);
        open.push(chunk);
      }
    }
  }
  return [...found].sort();
}

/** The licence of every library that is inside the bundles, whole. */
function licences() {
  const lock = JSON.parse(readFileSync(join(WEB, 'package-lock.json'), 'utf8'));
  const parts = ['The scripts in this folder contain parts of the libraries named below.\n'];
  for (const [path, library] of Object.entries(lock.packages)) {
    if (path !== '' && !library.dev) {
      const text = readFileSync(join(WEB, path, 'LICENSE'), 'utf8').trim();
      parts.push(`${path.replace('node_modules/', '')} ${library.version}\n\n${text}\n`);
    }
  }
  return parts.join(`\n${'-'.repeat(72)}\n\n`);
}

function sources(folder, extension) {
  const path = join(WEB, folder);
  const names = existsSync(path) ? readdirSync(path).sort() : [];
  return names.filter((name) => name.endsWith(extension)).map((name) => join(path, name));
}

async function main() {
  // Nothing is touched before everything is made: a failed build leaves the last good one.
  const files = await bundle([...sources('entries', '.js'), ...sources('styles', '.css')]);
  const manifest = {};
  for (const [name, { entry, imports }] of files) {
    if (entry !== '') {
      manifest[entry] = { file: name, imports };
    }
  }
  rmSync(STATIC, { recursive: true, force: true });
  mkdirSync(STATIC);
  for (const [name, { text }] of files) {
    writeFileSync(join(STATIC, name), text);
  }
  writeFileSync(join(STATIC, 'licenses.txt'), licences());
  writeFileSync(join(STATIC, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main();
}
