/**
 * What keepers do: what is due in every vault, done from the browser, and what it has earned.
 *
 * @module
 */

export { KeepersPage } from './keepers-page.js';
