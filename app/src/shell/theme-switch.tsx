import { useState } from 'react';
import { chooseTheme, storedTheme, THEMES, type Theme } from './theme.js';
import styles from './frame.module.css';

const NAMES: Record<Theme, { mark: string; label: string }> = {
  system: { mark: '◐', label: 'as the system' },
  light: { mark: '☀', label: 'light' },
  dark: { mark: '☾', label: 'dark' },
};

/** Goes through the themes. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(storedTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  const choose = () => {
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <button
      type="button"
      className={styles.tool}
      onClick={choose}
      aria-label={`Colours: ${NAMES[theme].label}. Change to ${NAMES[next].label}`}
      title={`Colours: ${NAMES[theme].label}`}
    >
      <span aria-hidden="true">{NAMES[theme].mark}</span>
    </button>
  );
}
