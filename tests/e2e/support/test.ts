import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { startGraphtail, type RunningGraphtail } from './running-graphtail.ts';

type Save = (path: string, text: string) => Promise<void>;

/**
 * `graphtail`: one running product for all specs of a worker; with `jwtSecret` set it asks for tokens. `save` writes a file of the analysed folder; it is
 * removed at the end, and the next spec begins once the graph has it no more. Every page is watched: a spec in
 * which the browser's console said `error`, or a script threw, fails; `tolerated` is what the console may say.
 */
export const test = base.extend<
  { quiet: undefined; tolerated: RegExp | undefined; save: Save },
  { jwtSecret: string | undefined; graphtail: RunningGraphtail }
>({
  jwtSecret: [undefined, { option: true, scope: 'worker' }],
  graphtail: [
    async ({ jwtSecret }, use) => {
      const graphtail = await startGraphtail(jwtSecret);
      await use(graphtail);
      await graphtail.stop();
    },
    { scope: 'worker', timeout: 150_000 },
  ],
  baseURL: async ({ graphtail }, use) => use(graphtail.url),
  save: async ({ graphtail, request }, use) => {
    const files = async (): Promise<number> => {
      const response = await request.get('/api/graph/stats', { headers: graphtail.headers });
      const { node_types } = (await response.json()) as { node_types?: Record<string, number> };
      return node_types?.['file'] ?? 0;
    };
    const before = await files();
    const saved = new Set<string>();
    await use(async (path, text) => {
      const file = join(graphtail.source, path);
      saved.add(file);
      await writeFile(file, text);
    });
    for (const file of saved) await rm(file, { force: true });
    if (saved.size > 0) await expect.poll(files, { message: 'the removed files are out of the graph' }).toBe(before);
  },
  tolerated: [undefined, { option: true }],
  quiet: [
    async ({ page, tolerated }, use) => {
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return;
        if (tolerated?.test(message.text()) !== true) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await use(undefined);
      expect(complaints, 'what the console said').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
