#!/usr/bin/env node
/**
 * Tells how much script the first page loads, compressed, and fails where it is more than it may be.
 *
 *     node scripts/size.mjs [--dist dist]
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

/** Most bytes of compressed script that the first page may load. */
const LIMIT = 200_000;

/** The files of the entry's chunk and whatever it imports statically, by Vite's manifest. */
export function firstFiles(manifest) {
  const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
  const seen = new Set();
  const visit = (key) => {
    if (!seen.has(key)) {
      seen.add(key);
      (manifest[key].imports ?? []).forEach(visit);
    }
  };
  visit(entry);
  const chunks = [...seen].map((key) => manifest[key]);
  const assets = chunks.flatMap(({ css = [], assets = [] }) => [...css, ...assets]);
  return { scripts: chunks.map(({ file }) => file), assets: [...new Set(assets)] };
}

async function main() {
  const { values } = parseArgs({
    options: { dist: { type: 'string', default: fileURLToPath(new URL('../dist', import.meta.url)) } },
  });
  const manifest = JSON.parse(await readFile(join(values.dist, '.vite/manifest.json'), 'utf8'));
  const { scripts, assets } = firstFiles(manifest);
  const total = await report(values.dist, 'script', scripts);
  await report(values.dist, 'beside it', assets);
  if (total > LIMIT) {
    throw new Error(`the first page's script takes ${total} bytes, and may take ${LIMIT}; load less of it at once`);
  }
}

async function report(dist, what, files) {
  let total = 0;
  for (const file of files) {
    const bytes = gzipSync(await readFile(join(dist, file))).length;
    console.log(`${String(bytes).padStart(8)}  ${file}`);
    total += bytes;
  }
  console.log(`${String(total).padStart(8)}  ${what} in all, bytes of gzip`);
  return total;
}

main().catch((error) => {
  console.error(`error: ${error.message}`);
  process.exit(1);
});
