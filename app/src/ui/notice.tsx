import type { ReactNode } from 'react';
import { Icon } from './icon.js';
import { classes } from './classes.js';
import styles from './notice.module.css';

export type NoticeProps = {
  kind: 'info' | 'good' | 'caution' | 'bad';
  /** One line: what has happened. */
  title?: ReactNode;
  /** What it means, and what to do next. */
  children?: ReactNode;
  /** A button or link. */
  action?: ReactNode;
  /** Announce it where it appears after the page: `bad` at once, others when nothing else is being said. */
  isLive?: boolean;
};

const MARKS = { info: 'i', good: <Icon name="check" size={12} />, caution: '!', bad: '!' } as const;
const NAMES = { info: 'Note', good: 'Done', caution: 'Caution', bad: 'Error' } as const;

/** Something to know, told by words and mark, never by colour alone. */
export function Notice({ kind, title, children, action, isLive = false }: NoticeProps) {
  const role = kind === 'bad' ? 'alert' : 'status';
  return (
    <div className={classes(styles.notice, styles[kind])} role={isLive ? role : undefined}>
      <span className={styles.mark} aria-hidden="true">
        {MARKS[kind]}
      </span>
      <div className={styles.text}>
        <span className="visually-hidden">{NAMES[kind]}: </span>
        {title !== undefined && <p className={styles.title}>{title}</p>}
        {children !== undefined && <div>{children}</div>}
      </div>
      {action !== undefined && <div className={styles.action}>{action}</div>}
    </div>
  );
}
