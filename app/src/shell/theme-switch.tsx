import { useState } from 'react';
import { Icon, type IconProps } from '../ui/index.js';
import { chooseTheme, storedTheme, THEMES, type Theme } from './theme.js';
import styles from './frame.module.css';

const NAMES: Record<Theme, { icon: IconProps['name']; label: string }> = {
  system: { icon: 'system', label: 'as the system' },
  light: { icon: 'sun', label: 'light' },
  dark: { icon: 'moon', label: 'dark' },
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
      <Icon name={NAMES[theme].icon} size={18} />
    </button>
  );
}
