import { Icon, type IconProps } from './icon.js';
import { classes } from './classes.js';
import styles from './progress.module.css';

export type Step = {
  label: string;
  /** `current` is under way; `failed` has stopped what follows. */
  state: 'waiting' | 'current' | 'done' | 'failed';
  detail?: React.ReactNode;
};

const MARKS = { waiting: undefined, current: undefined, done: 'check', failed: 'close' } as const;
const WORDS = { waiting: 'to come', current: 'under way', done: 'done', failed: 'failed' } as const;

/** Steps one after another, and how far they have come. */
export function Progress({ label, steps }: { label: string; steps: readonly Step[] }) {
  return (
    <ol className={styles.steps} aria-label={label}>
      {steps.map((step) => (
        <li
          key={step.label}
          className={classes(styles.step, styles[step.state])}
          aria-current={step.state === 'current' ? 'step' : undefined}
        >
          <span className={styles.mark} aria-hidden="true">
            <Mark name={MARKS[step.state]} />
          </span>
          <div>
            {step.label}
            <span className="visually-hidden">: {WORDS[step.state]}</span>
            {step.detail !== undefined && <div className={styles.detail}>{step.detail}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}

function Mark({ name }: { name: IconProps['name'] | undefined }) {
  return name && <Icon name={name} size={14} />;
}
