// The pictures of the README, taken anew: `npm run screenshots`.

import { defineConfig } from '@playwright/test';
import tests from '../playwright.config';

export default defineConfig({
  ...tests,
  testDir: '.',
  testMatch: 'pictures.ts',
  outputDir: '../../../target/app/pictures',
  fullyParallel: false,
  workers: 1,
  // The vault lives through months first.
  timeout: 900_000,
  reporter: 'list',
});
