import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { figure, live, numberIn, proof, rows } from './support/page.ts';
import { expect, test } from './support/test.ts';

// While Redis holds no log, there is no graph to ask about, and the browser says so of each answer.
test.use({ tolerated: /^Failed to load resource/ });

test('a log that was replaced: the dashboard recovers by itself, keeps nothing of the lost one, and says what happened', async ({
  page,
  graphtail,
  save,
  request,
}) => {
  test.setTimeout(90_000);
  const log = async () => (await (await request.get('/api/log')).json()) as { head?: string; epoch?: number };
  await page.goto('/');
  await live(page);
  const nodes = await numberIn(figure(page, 'Nodes'));
  const relationships = await numberIn(figure(page, 'Relationships'));
  await save('src/phantom.ts', 'export function onlyInTheLostLog(): void {}\n');
  await expect(figure(page, 'Nodes')).toHaveText(String(nodes + 2));
  await page.getByRole('button', { name: 'Clear' }).click();
  const lost = await log();

  await rm(join(graphtail.source, 'src/phantom.ts'));
  await graphtail.emptyRedis();

  await expect(page.getByText(/^[\d:]+ The log was replaced by another one: Redis was emptied/)).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('gt-announcer')).toContainText('The log was replaced by another');
  await expect.poll(async () => (await log()).epoch, { timeout: 30_000 }).toBeGreaterThan(lost.epoch ?? 0);
  await live(page);
  await expect(figure(page, 'Nodes')).toHaveText(String(nodes), { timeout: 30_000 });
  await expect(figure(page, 'Relationships')).toHaveText(String(relationships));
  const { head } = await log();
  await expect(rows(page).first()).toBeVisible();
  await expect(proof(page)).toHaveText(`proved through #${String(head).split('-')[1] ?? ''}`, { timeout: 20_000 });
  await expect(page.locator('gt-announcer')).toContainText('Live');
  const offsets = await rows(page).evaluateAll((each) =>
    each.map((row) => row.querySelector('[data-offset]')?.getAttribute('data-offset') ?? ''),
  );
  expect(offsets.filter((offset) => !offset.startsWith(`${String(head).split('-')[0] ?? ''}-`))).toEqual([]);
  await page.getByRole('button', { name: 'Dismiss' }).first().click();
  await expect(page.getByText('The log was replaced by another')).toHaveCount(0);
});
