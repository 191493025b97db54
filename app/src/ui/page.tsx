import { useEffect, useRef, type ReactNode } from 'react';
import styles from './page.module.css';

export type PageProps = {
  /** The page's heading. */
  title: string;
  /** The document's title, before the app's name; the heading by default. */
  documentTitle?: string;
  /** A sentence below the heading. */
  lead?: ReactNode;
  /** Beside the heading: buttons, badges. */
  aside?: ReactNode;
  children: ReactNode;
};

/** A page: names the document, and takes the focus to its heading on navigation, so that it is read out. */
export function Page({ title, documentTitle = title, lead, aside, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${documentTitle} – Ballast`;
  }, [documentTitle]);
  useEffect(() => {
    if (isNavigated) {
      heading.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    isNavigated = true;
  }, []);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div className={styles.titles}>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <div className={styles.lead}>{lead}</div>}
        </div>
        {aside}
      </header>
      {children}
    </div>
  );
}

/** The first page is where the browser starts reading anyway. */
let isNavigated = false;
