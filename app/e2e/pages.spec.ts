// What holds for every page: it loads without jumping, is accessible in both themes, fits phones; and its pictures.

import { connect, open } from './support/app';
import { expect, test } from './support/fixtures';
import type { VaultEntry } from './support/manifest';
import {
  DESKTOP,
  expectAccessible,
  expectNoSidewaysScrolling,
  layoutShift,
  PHONE,
  settle,
  THEMES,
  watchLayout,
} from './support/page';

/** Where pictures go, to be looked at. */
const PICTURES = '../target/app/screenshots';
/** The sum below which nobody notices; "good" begins at 0.1. */
const MOST_SHIFT = 0.02;

/** Every page, its path, and who looks at it. */
const PAGES: { name: string; path: (vault: VaultEntry) => string; wallet?: string }[] = [
  { name: 'vaults', path: () => '/' },
  { name: 'overview', path: ({ address }) => `/vault/${address}` },
  { name: 'deposit', path: ({ address }) => `/vault/${address}/deposit`, wallet: 'alice' },
  { name: 'redeem', path: ({ address }) => `/vault/${address}/redeem`, wallet: 'admin' },
  { name: 'history', path: ({ address }) => `/vault/${address}/history` },
  { name: 'govern', path: ({ address }) => `/vault/${address}/govern`, wallet: 'admin' },
  { name: 'create', path: () => '/create', wallet: 'alice' },
  { name: 'keepers', path: () => '/keepers', wallet: 'keeper' },
];

for (const { name, path, wallet } of PAGES) {
  test(`${name}: loads without jumping, is accessible in both themes, and fits a phone`, async ({ page, vault }) => {
    await page.setViewportSize(DESKTOP);
    await watchLayout(page);
    await open(page, path(vault));
    await settle(page);
    expect(await layoutShift(page)).toBeLessThan(MOST_SHIFT);
    if (wallet) {
      await connect(page, wallet);
      await settle(page);
    }
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      for (const [screen, size] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
        await page.setViewportSize(size);
        await expectAccessible(page);
        await expectNoSidewaysScrolling(page);
        await page.screenshot({ path: `${PICTURES}/${name}-${screen}-${theme}.png`, fullPage: true });
      }
    }
  });
}
