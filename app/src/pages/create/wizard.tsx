import { useEffect, useRef, type ReactNode } from 'react';
import { Button, Row } from '../../ui/index.js';
import { STEPS, type Step } from './draft.js';
import styles from './wizard.module.css';

/** What steps are called. */
export const TITLES: Readonly<Record<Step, string>> = {
  assets: 'Assets',
  targets: 'Targets',
  strategy: 'Strategy',
  roles: 'Roles and limits',
  routes: 'Routes',
  review: 'Review',
  create: 'Create',
};

type WizardProps = {
  step: Step;
  /** Steps with nothing left to mend. */
  isComplete: (step: Step) => boolean;
  goTo: (step: Step) => void;
  /** Tries to go on; what is wrong is shown where it does not. */
  onContinue: () => void;
  children: ReactNode;
};

/** The way through the steps: each can be gone to at any time. */
export function Wizard({ step, isComplete, goTo, onContinue, children }: WizardProps) {
  const place = STEPS.indexOf(step);
  const heading = useRef<HTMLHeadingElement>(null);
  const current = useRef<HTMLLIElement>(null);
  // On phones the steps are wider than the page.
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [step]);
  const move = (next: Step) => {
    goTo(next);
    heading.current?.focus();
  };
  const before = STEPS[place - 1];
  return (
    <div className={styles.wizard}>
      <nav aria-label="Steps" className={styles.steps}>
        <ol>
          {STEPS.map((one, number) => (
            <li key={one} ref={one === step ? current : undefined}>
              <button
                type="button"
                className={styles.step}
                aria-current={one === step ? 'step' : undefined}
                onClick={() => move(one)}
              >
                <span className={isComplete(one) && one !== step ? styles.done : styles.number} aria-hidden="true">
                  {isComplete(one) && one !== step ? '✓' : number + 1}
                </span>
                {TITLES[one]}
                {isComplete(one) && <span className="visually-hidden">, complete</span>}
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <div className={styles.content}>
        <h2 ref={heading} tabIndex={-1} className={styles.heading}>
          <span className={styles.count}>
            Step {place + 1} of {STEPS.length}
          </span>
          {TITLES[step]}
        </h2>
        {children}
        <Row isSpread>
          {before === undefined ? <span /> : <Button onClick={() => move(before)}>Back</Button>}
          {step !== 'create' && (
            <Button
              kind="primary"
              onClick={() => {
                onContinue();
                heading.current?.focus();
              }}
            >
              {step === 'review' ? 'To the creation' : 'Continue'}
            </Button>
          )}
        </Row>
      </div>
    </div>
  );
}
