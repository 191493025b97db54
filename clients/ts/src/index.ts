/**
 * Client of Ballast, a Solana program whose vaults keep a basket of tokens at target weights.
 *
 * @module
 */

export * as address from './address.js';
export * as decode from './decode.js';
export * as instruction from './instruction/index.js';
export * from './cluster.js';
export * from './codes.js';
export { ClientError, type ClientErrorKind } from './errors.js';
export { ProgramFailure, programFailure, type BallastErrorName, type FailureDetails } from './failure.js';
export { DEFAULT_FEES, type FeePolicy } from './fee.js';
export * from './quote.js';
export type { ClusterRpc } from './rpc.js';
export * from './send.js';
export {
  prepare,
  simulate,
  unsigned,
  type Message,
  type Options,
  type Prepared,
  type Simulation,
} from './transaction.js';
export * from './view.js';
export type { BuiltInstruction } from './instruction/remaining.js';
export type { DepositInKind, RedeemInKind } from './instruction/user.js';
export { BALLAST_ERRORS, BALLAST_PROGRAM_ADDRESS, OracleKind } from './generated/index.js';
export type { Claims, QueuedChange, Route, Vault } from './generated/index.js';
export type * from './generated/events.js';
export type * from './generated/types/index.js';
