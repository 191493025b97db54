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

/** What a colour of CSS such as `var(--accent)` is now, inside `element`, as canvases take it. */
export function resolveColour(element: HTMLElement, css: string): string {
  const probe = document.createElement('span');
  probe.style.color = css;
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
