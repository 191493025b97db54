#!/usr/bin/env node
/**
 * Serves the built app with the headers that it is made for.
 *
 *     node scripts/serve.mjs --config config.json [--dist dist] [--port 5173] [--host 127.0.0.1]
 *     node scripts/serve.mjs --localnet ../target/localnet/localnet.json
 */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { readConfig } from './config.mjs';
import { securityHeaders } from './headers.mjs';

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

/** A server of the app in the folder `dist`, shown with `config`. It does not listen yet. */
export function createAppServer(dist, config) {
  const headers = securityHeaders(config);
  const configText = JSON.stringify(config);
  return createServer(async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { ...headers, allow: 'GET, HEAD' }).end();
      return;
    }
    const path = pathOf(request.url ?? '/');
    if (path === '/config.json') {
      const config = { 'content-type': TYPES['.json'], 'cache-control': 'no-cache' };
      response.writeHead(200, { ...headers, ...config }).end(request.method === 'HEAD' ? undefined : configText);
      return;
    }
    const file = path && (await findFile(dist, path));
    if (!file) {
      response.writeHead(404, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end('not found');
      return;
    }
    // Names under assets/ carry a hash of what is in them.
    const caching = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    const type = TYPES[extname(file.path)] ?? 'application/octet-stream';
    response.writeHead(200, {
      ...headers,
      'content-type': type,
      'content-length': file.size,
      'cache-control': caching,
    });
    if (request.method === 'HEAD') {
      response.end();
    } else {
      createReadStream(file.path)
        .on('error', () => response.destroy())
        .pipe(response);
    }
  });
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
  return stats?.isFile() ? { path: found, size: stats.size } : undefined;
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
  server.on('error', (error) => fail(error));
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
