import { useConnection, useRefresh, type Connection } from '../chain/index.js';
import { useConfig } from '../config-context.js';
import { Button } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import styles from './banner.module.css';

/** Says how well the node can be heard, where it is not as it should be. */
export function Banner() {
  const connection = useConnection();
  const refresh = useRefresh();
  const { rpcUrl } = useConfig();
  const said = words(connection, new URL(rpcUrl).host);
  // Always there, so that what comes into it is announced.
  return (
    <div role="status" className={styles.place}>
      {said !== undefined && (
        <div className={classes(styles.banner, connection.state === 'down' ? styles.down : styles.polling)}>
          <span>{said}</span>
          {connection.state === 'down' && (
            <Button size="small" onClick={refresh}>
              Try now
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function words({ state }: Connection, host: string): string | undefined {
  switch (state) {
    case 'down':
      return `The node ${host} does not answer. What you see may be old; nothing can be sent. Trying again…`;
    case 'polling':
      return `The node ${host} does not tell of changes by itself. It is asked every two seconds instead.`;
    default:
      return undefined;
  }
}
