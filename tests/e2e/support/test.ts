import { test as base, expect } from '@playwright/test';
import { startGraphtail, type RunningGraphtail } from './running-graphtail.ts';

/**
 * `graphtail`: one running product for all specs of a worker. Every page is watched: a spec in which
 * the browser's console said `error`, or a script threw, fails.
 */
export const test = base.extend<{ quiet: undefined }, { graphtail: RunningGraphtail }>({
  graphtail: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures that are needed from this pattern
    async ({}, use) => {
      const graphtail = await startGraphtail();
      await use(graphtail);
      await graphtail.stop();
    },
    { scope: 'worker', timeout: 150_000 },
  ],
  baseURL: async ({ graphtail }, use) => use(graphtail.url),
  quiet: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await use(undefined);
      expect(complaints, 'what the console said').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
