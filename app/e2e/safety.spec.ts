// What protects the app's visitors from others, and from itself.

import { readFileSync } from 'node:fs';
import { connect, open, openVault } from './support/app';
import { expect, test } from './support/fixtures';
import { settle } from './support/page';

test('the server forbids what the app does not need', async ({ server }) => {
  const { headers } = await fetch(server.origin);
  const policy = headers.get('content-security-policy') ?? '';
  const { rpcUrl, wsUrl } = await server.config();
  expect(policy.split('; ').sort()).toEqual(
    [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self'",
      "img-src 'self' data:",
      `connect-src 'self' ${rpcUrl} ${wsUrl}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].sort(),
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
});

test('a script that gets into the page does not run, and cannot tell anybody', async ({ page, guard }) => {
  guard.allow(/Content Security Policy|content security policy/);
  await open(page, '/');
  await settle(page);
  const outcome = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
    const image = document.createElement('div');
    image.innerHTML = '<img src="data:," onerror="window.injected = true">';
    document.body.append(image);
    const told = await fetch('http://127.0.0.1:9/').then(
      () => 'sent',
      () => 'refused',
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { ran: 'injected' in window, told };
  });
  expect(outcome).toEqual({ ran: false, told: 'refused' });
});

test('nothing secret is stored', async ({ page, cluster, vault }) => {
  await openVault(page, vault, 'deposit');
  await connect(page, 'alice');
  await settle(page);
  const stored = await page.evaluate(async () => {
    const databases = await indexedDB.databases();
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, databases, document.cookie]);
  });
  const key = JSON.parse(readFileSync(cluster.manifest.wallets['alice']!.keypair, 'utf8')) as number[];
  const bytes = Buffer.from(key);
  for (const written of [`${key}`, bytes.toString('hex'), bytes.toString('base64')]) {
    // Its first half alone is the secret.
    expect(stored).not.toContain(written.slice(0, written.length / 2));
  }
  expect(stored).not.toMatch(/secret|private|mnemonic/i);
});
