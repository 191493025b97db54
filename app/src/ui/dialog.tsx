import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Button } from './button.js';
import { Icon } from './icon.js';
import styles from './dialog.module.css';

export type DialogProps = {
  isOpen: boolean;
  /** Escape, the close button, or a press beside the dialog. */
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Buttons, the main one last. */
  actions?: ReactNode;
};

/** A modal dialog: the focus stays in it, and returns to where it was. */
export function Dialog({ isOpen, onClose, title, children, actions }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (isOpen && dialog?.open === false) {
      dialog.showModal();
    } else if (!isOpen && dialog?.open === true) {
      dialog.close();
    }
  }, [isOpen]);
  return (
    <dialog
      ref={ref}
      className={styles.dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // Browsers do not let a page hold a dialog open against a second Escape.
      onClose={() => isOpen && onClose()}
      onClick={(event) => event.target === ref.current && onClose()}
    >
      {isOpen && (
        <div className={styles.body}>
          <header className={styles.head}>
            <h2 id={titleId}>{title}</h2>
            <Button kind="plain" size="small" aria-label="Close" onClick={onClose}>
              <Icon name="close" />
            </Button>
          </header>
          {children}
          {actions !== undefined && <footer className={styles.actions}>{actions}</footer>}
        </div>
      )}
    </dialog>
  );
}
