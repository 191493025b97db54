/**
 * Wallets of a local cluster, whose keys everybody may know: to try the app, and to test it, without an extension.
 *
 * @module
 */

export { LocalWallets } from './local-wallets.js';
