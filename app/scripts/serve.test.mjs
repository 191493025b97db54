import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAppServer } from './serve.mjs';

const CONFIG = { cluster: 'localnet', rpcUrl: 'http://127.0.0.1:8899/path', wsUrl: 'ws://127.0.0.1:8900' };

let folder;
let server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-serve-'));
  await mkdir(join(folder, 'dist/assets'), { recursive: true });
  await writeFile(join(folder, 'dist/index.html'), '<title>Ballast</title>');
  await writeFile(join(folder, 'dist/assets/rules-1.wasm'), 'wasm '.repeat(200));
  await writeFile(join(folder, 'secret.json'), 'secret');
  server = createAppServer(join(folder, 'dist'), CONFIG);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

it('serves the page, with a policy that lets it ask its node and nobody else', async () => {
  const { status, headers, body } = await ask('/');
  expect([status, body]).toEqual([200, '<title>Ballast</title>']);
  const policy = headers['content-security-policy'];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'self' http://127.0.0.1:8899 ws://127.0.0.1:8900;");
  expect(policy).not.toContain('unsafe-inline');
  expect(headers['x-content-type-options']).toBe('nosniff');
});

it('serves the configuration', async () => {
  const { headers, body } = await ask('/config.json');
  expect(JSON.parse(body)).toEqual(CONFIG);
  expect(headers['cache-control']).toBe('no-cache');
});

it('compresses where that is understood, and lets be kept what never changes', async () => {
  const plain = await ask('/assets/rules-1.wasm?x=1');
  const small = await ask('/assets/rules-1.wasm', { 'accept-encoding': 'br, gzip' });
  expect(plain.headers).toMatchObject({ 'content-type': 'application/wasm', 'content-length': '1000' });
  expect(small.headers).toMatchObject({ 'content-type': 'application/wasm', 'content-encoding': 'gzip' });
  expect(Number(small.headers['content-length'])).toBeLessThan(200);
  expect(small.headers['cache-control']).toMatch(/immutable/);
});

it.each(['/../secret.json', '/%2e%2e/secret.json', '/..%2fsecret.json', '/assets', '/missing.js', '/%00', '/%'])(
  'has nothing at %s',
  async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, body: 'not found' });
  },
);

it('answers nothing but reading', async () => {
  expect(await ask('/', {}, 'POST')).toMatchObject({ status: 405 });
  expect(await ask('/', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
});

/** Unlike `fetch`, it sends the path as it is. */
function ask(path, headers = {}, method = 'GET') {
  return new Promise((resolve, reject) => {
    const { port } = server.address();
    const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        const body = Buffer.concat(parts).toString();
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    });
    asked.on('error', reject).end();
  });
}
