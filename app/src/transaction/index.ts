/**
 * Transactions of the app: prepared, signed by the connected wallet, sent and confirmed, one at a time; or exported unsigned.
 *
 * ```tsx
 * const deposit = useSubmit();
 * <Button kind="primary" isBusy={deposit.isBusy} onClick={() => void deposit.submit({ label: 'Deposit 2 SOL', build })}>Deposit</Button>
 * <TransactionProgress of={deposit} />
 * ```
 *
 * @module
 */

export { ExportUnsigned } from './export-unsigned.js';
export { TransactionDock } from './transaction-dock.js';
export { TransactionProgress } from './transaction-progress.js';
export type { Outcome, Problem, Progress, Work } from './types.js';
export { exportUnsigned, type Unsigned } from './unsigned.js';
export { useSubmit, type Submit } from './use-submit.js';
