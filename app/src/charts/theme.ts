/**
 * The page's colours for what is drawn on a canvas, which knows no custom properties.
 *
 * @module
 */

import { useSyncExternalStore } from 'react';

/** The theme that holds: changes whenever colours do. */
export type Theme = 'light' | 'dark';

/** The theme that the system or the page has chosen, live. */
export function useTheme(): Theme {
  return useSyncExternalStore(onThemeChange, currentTheme);
}

/** What a custom property such as `--accent` is now, on `element`, as a colour that canvases take. */
export function resolveColour(element: HTMLElement, property: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${property})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function currentTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  if (theme === 'light' || theme === 'dark') {
    return theme;
  }
  return systemIsDark().matches ? 'dark' : 'light';
}

function onThemeChange(tell: () => void): () => void {
  const system = systemIsDark();
  system.addEventListener('change', tell);
  const page = new MutationObserver(tell);
  page.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    system.removeEventListener('change', tell);
    page.disconnect();
  };
}

function systemIsDark(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)');
}
