/**
 * Instruction builders, one for each of the program's instructions. Amounts are raw units.
 *
 * @module
 */

export * from './admin.js';
export * from './create.js';
export * from './guardian.js';
export * from './keeper.js';
export * from './user.js';
