/**
 * A vault's page: what it holds, what it would trade, and what has happened to it.
 *
 * @module
 */

export { HistoryPage } from './history/history-page.js';
export { VaultPage } from './vault-page.js';
