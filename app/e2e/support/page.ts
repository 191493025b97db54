// What holds for every page.

import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';

/** The themes, as the visitor's system asks for them. */
export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Screens that the app is made for, and more. */
export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** Steps of the tab key after which a test gives up looking for a control. */
const MOST_TABS = 150;

/** Waits until a page shows what it is about. */
export async function settle(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: /^Loading/ })).toHaveCount(0);
}

/** Begins to add up by how much the page's content jumps while it loads; call it before the page is opened. */
export async function watchLayout(page: Page): Promise<void> {
  await page.addInitScript(() => {
    type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean };
    const sum = window as unknown as { layoutShift: number };
    sum.layoutShift = 0;
    const add = (shift: Shift) => (sum.layoutShift += shift.hadRecentInput ? 0 : shift.value);
    const observer = new PerformanceObserver((list) => (list.getEntries() as Shift[]).forEach(add));
    observer.observe({ type: 'layout-shift', buffered: true });
  });
}

/** By how much the content has jumped, as the Cumulative Layout Shift of the Web Vitals counts it. */
export async function layoutShift(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { layoutShift: number }).layoutShift);
}

/** Fails where axe finds what keeps people out. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ html }) => html).join(' ')})`);
  expect(told).toEqual([]);
}

/** Fails where something is wider than the screen. */
export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(widths[0]).toBeLessThanOrEqual(widths[1]!);
}

/** Goes to a control by the tab key alone. */
export async function tabTo(page: Page, control: Locator): Promise<void> {
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    if (await control.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`${control} cannot be reached by the tab key`);
}
