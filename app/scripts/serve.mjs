#!/usr/bin/env node
/**
 * Serves the built app with the headers that it is made for.
 *
 *     node scripts/serve.mjs --config config.json [--dist dist] [--port 5173] [--host 127.0.0.1]
 *     node scripts/serve.mjs --localnet ../target/localnet/localnet.json
 */

import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { readConfig } from './config.mjs';
import { securityHeaders } from './headers.mjs';

/** All of them are worth compressing. */
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.toml': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
};
const PLAIN = 'text/plain; charset=utf-8';

/** A server of the app in the folder `dist`, shown with `config`. It does not listen yet. */
export function createAppServer(dist, config) {
  const security = securityHeaders(config);
  const configFile = Buffer.from(JSON.stringify(config));
  return createServer(async (request, response) => {
    const { status, headers, body } = await answer(dist, configFile, request).catch(() => failure(500, 'failed'));
    response.writeHead(status, { ...security, ...headers, 'content-length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
}

async function answer(dist, configFile, { method, url, headers }) {
  if (method !== 'GET' && method !== 'HEAD') {
    return failure(405, 'only GET and HEAD are answered', { allow: 'GET, HEAD' });
  }
  const path = pathOf(url);
  if (path === '/config.json') {
    return { status: 200, headers: { 'content-type': TYPES['.json'], 'cache-control': 'no-cache' }, body: configFile };
  }
  const file = path && (await findFile(dist, path));
  if (!file) {
    return failure(404, 'not found');
  }
  const type = TYPES[extname(file.path)];
  const isCompressed = type !== undefined && /\bgzip\b/.test(headers['accept-encoding'] ?? '');
  const own = {
    'content-type': type ?? 'application/octet-stream',
    // Names under assets/ carry a hash of what is in them.
    'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    ...(isCompressed && { 'content-encoding': 'gzip' }),
  };
  return { status: 200, headers: own, body: isCompressed ? await compressed(file) : await readFile(file.path) };
}

function failure(status, text, headers = {}) {
  return { status, headers: { 'content-type': PLAIN, ...headers }, body: Buffer.from(text) };
}

/** The decoded path of a request; `undefined` where it is none. */
function pathOf(url) {
  try {
    return decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
}

/** A file below the folder. */
async function findFile(dist, path) {
  const found = join(dist, normalize(path === '/' ? '/index.html' : path));
  if (!found.startsWith(join(dist, sep)) || found.includes('\0')) {
    return undefined;
  }
  const stats = await stat(found).catch(() => undefined);
  return stats?.isFile() ? { path: found, changedAt: stats.mtimeMs } : undefined;
}

const compressedFiles = new Map();

/** A file's bytes, compressed once as long as it does not change. */
async function compressed({ path, changedAt }) {
  const known = compressedFiles.get(path);
  if (known?.changedAt === changedAt) {
    return known.body;
  }
  const body = await promisify(gzip)(await readFile(path));
  compressedFiles.set(path, { changedAt, body });
  return body;
}

async function main() {
  const { values } = parseArgs({
    options: {
      dist: { type: 'string', default: fileURLToPath(new URL('../dist', import.meta.url)) },
      config: { type: 'string' },
      localnet: { type: 'string' },
      port: { type: 'string', default: '5173' },
      host: { type: 'string', default: '127.0.0.1' },
    },
  });
  const config = await readConfig(values);
  if (!(await findFile(values.dist, '/'))) {
    throw new Error(`there is no app in ${values.dist}; build it by \`npm run build\`, or name its folder by --dist`);
  }
  const server = createAppServer(values.dist, config);
  server.on('error', fail);
  server.listen(Number(values.port), values.host, () => {
    console.log(`Ballast is at http://${values.host}:${server.address().port}/`);
  });
}

function fail(error) {
  console.error(`error: ${error.message}`);
  process.exit(1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch(fail);
}
