import { ConfigError } from '../config.js';
import { Notice } from '../ui/notice.js';
import styles from './frame.module.css';

/** In place of the app, where it cannot start. */
export function Unusable({ error }: { error: unknown }) {
  const message = error instanceof ConfigError ? error.message : String(error);
  return (
    <main className={styles.main}>
      <h1>Ballast cannot start</h1>
      <Notice kind="bad" title="Its configuration cannot be used">
        {message}
      </Notice>
    </main>
  );
}
