/**
 * Client of Ballast, a Solana program whose vaults keep a basket of tokens at target weights.
 *
 * @module
 */

export * as address from './address.js';
export * as decode from './decode.js';
export * as instruction from './instruction/index.js';
export * from './codes.js';
export * from './view.js';
