import type { ReactNode } from 'react';
import { Link } from 'wouter';
import styles from './tabs.module.css';

export type TabsProps = {
  /** What the tabs choose between, for screen readers. */
  label: string;
  /** Each its own page: a path of `routes.ts`. */
  tabs: readonly { href: string; label: ReactNode }[];
  /** The path of the page that is shown. */
  current: string;
};

/** Tabs that are pages of their own: links, so that they can be bookmarked and gone back from. */
export function Tabs({ label, tabs, current }: TabsProps) {
  return (
    <nav aria-label={label} className={styles.tabs}>
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          className={styles.tab}
          aria-current={tab.href === current ? 'page' : undefined}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
