// The app in Debian's Chromium, on local clusters: `npm run test:browser`.

import { defineConfig, devices } from '@playwright/test';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: '.',
  outputDir: '../../target/app/results',
  // A test that passes at the second attempt is a fault of the test or of the app.
  retries: 0,
  fullyParallel: true,
  // Each has a cluster of its own, whose clock and prices its tests move one after the other.
  workers: 2,
  forbidOnly: true,
  timeout: 120_000,
  // Until a transaction is confirmed, on a busy machine.
  expect: { timeout: 20_000 },
  reporter: [['list'], ['html', { outputFolder: '../../target/app/report', open: 'never' }]],
  use: {
    ...devices['Desktop Chrome'],
    channel: undefined,
    launchOptions: { executablePath: '/usr/bin/chromium', args },
    // As long as an expectation may take.
    actionTimeout: 20_000,
    locale: 'en-US',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
});
