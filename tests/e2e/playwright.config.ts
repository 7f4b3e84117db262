import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  // One product, one browser: specs share both, and the machine may have two cores.
  workers: 1,
  fullyParallel: false,
  // A product that does not start fails every spec, each after minutes: a few say enough.
  maxFailures: 3,
  // As `npm test` does with every spec: one that failed and then passes is told as flaky.
  retries: process.env['CI'] === undefined ? 0 : 1,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['CHROME_BIN'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update'],
    },
  },
});
