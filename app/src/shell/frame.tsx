import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { CREATE_PATH, KEEPERS_PATH, VAULTS_PATH } from '../routes.js';
import { WalletButton } from '../wallet/index.js';
import { Banner } from './banner.js';
import { Logo } from './logo.js';
import { ThemeSwitch } from './theme-switch.js';
import styles from './frame.module.css';

const LINKS = [
  { href: VAULTS_PATH, label: 'Vaults', isAt: (path: string) => path === VAULTS_PATH || path.startsWith('/vault/') },
  { href: CREATE_PATH, label: 'Create', isAt: (path: string) => path === CREATE_PATH },
  { href: KEEPERS_PATH, label: 'Keepers', isAt: (path: string) => path === KEEPERS_PATH },
];

/** What stands around every page. */
export function Frame({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  return (
    <>
      <button type="button" className={styles.skip} onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <header className={styles.header}>
        <div className={styles.bar}>
          <Link href={VAULTS_PATH} className={styles.brand}>
            <Logo />
            Ballast
          </Link>
          <nav aria-label="Main" className={styles.links}>
            {LINKS.map(({ href, label, isAt }) => (
              <Link key={href} href={href} className={styles.link} aria-current={isAt(path) ? 'page' : undefined}>
                {label}
              </Link>
            ))}
          </nav>
          <div className={styles.tools}>
            <ThemeSwitch />
            <WalletButton />
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1} className={styles.main}>
        {children}
      </main>
      <Banner />
    </>
  );
}
