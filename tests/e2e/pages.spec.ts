import { live, objections } from './support/page.ts';
import { expect, test } from './support/test.ts';

const PAGES = [
  { name: 'Events', path: '/events', shows: 'Event log' },
  { name: 'Consumers', path: '/consumers', shows: 'Consumers' },
  { name: 'Health', path: '/pipeline', shows: 'The way of a fact' },
] as const;

test.describe('the pages', () => {
  test('are reached by the rail and by keys, and Back returns', async ({ page }) => {
    await page.goto('/');
    await live(page);
    for (const { name, path, shows } of PAGES) {
      await page.getByRole('link', { name }).click();
      await expect(page.getByRole('heading', { name: shows })).toBeVisible();
      await expect(page).toHaveURL(path);
      await expect(page).toHaveTitle(`${name} – shop – Graphtail`);
    }
    await page.goBack();
    await expect(page).toHaveURL('/consumers');
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await expect(page).toHaveURL('/pipeline');
  });

  test('consumers: a durable cursor is moved after it was said what that does, and forgotten by its name', async ({ page, request }) => {
    const { head, earliest } = (await (await request.get('/api/log')).json()) as { head: string; earliest: string };
    const made = await page.request.get(`/sse/events?consumer=billing&from=${earliest}&to=${head}`);
    expect(made.ok()).toBe(true);
    await request.post('/api/consumers/billing/ack', { data: { cursor: head } });
    await page.goto('/consumers');
    await page.getByRole('button', { name: 'Move billing' }).click();
    await page.getByRole('textbox', { name: 'To' }).fill('earliest');
    await page.getByRole('button', { name: 'Say what it does' }).click();
    const count = Number(head.split('-')[1]);
    await expect(page.getByRole('dialog')).toContainText(`It will receive ${count.toLocaleString('en')} facts again, from #0 on.`);
    const row = page.getByRole('row', { name: /billing/ });
    await page.getByRole('button', { name: 'Move it' }).click();
    await expect(row).toContainText('#0');

    await page.getByRole('button', { name: 'Forget billing' }).click();
    const forget = page.getByRole('button', { name: 'Forget it' });
    await expect(forget).toBeDisabled();
    await page.getByRole('textbox', { name: 'Type its name' }).fill('billing');
    await forget.click();
    await expect(row).toHaveCount(0);
  });

  test('consumers: their order stands in the address', async ({ page }) => {
    await page.goto('/consumers');
    await page.getByRole('button', { name: 'Delivered' }).click();
    await expect(page).toHaveURL(/sort=-delivered/);
    await page.reload();
    await expect(page.getByRole('columnheader', { name: 'Delivered' })).toHaveAttribute('aria-sort', 'descending');
  });

  test('health: one verdict, and each part of the way of a fact', async ({ page }) => {
    await page.goto('/pipeline');
    await expect(page.getByRole('heading', { name: /^Everything works/ })).toBeVisible();
    for (const part of ['Ingest', 'Log', 'Projector', 'Notifier'])
      await expect(page.getByRole('heading', { name: part }).first()).toBeVisible();
  });

  test('health: the part that is away is told first, with its reason and what follows from it; the chip says so too', async ({ page }) => {
    await page.route('**/health', async (route) => {
      const response = await route.fetch();
      const health = (await response.json()) as { services: object };
      const services = { ...health.services, redis: { status: 'down', detail: 'no answer within 2 s' } };
      await route.fulfill({ response, json: { ...health, status: 'degraded', services } });
    });
    await page.goto('/pipeline');
    await expect(page.getByRole('heading', { name: 'Log: no answer within 2 s.' })).toBeVisible();
    await expect(page.getByText('Nothing can be appended or delivered until it answers')).toBeVisible();
    await expect(page.locator('gt-connection-chip')).toHaveText('log does not answer');
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of [
      ['desktop', { width: 1440, height: 900 }],
      ['phone', { width: 375, height: 667 }],
    ] as const) {
      test(`have nothing that axe objects to, and do not scroll sideways: ${size}, ${colorScheme}`, async ({ page }) => {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize(viewport);
        for (const { path, shows } of PAGES) {
          await page.goto(path);
          await live(page);
          await expect(page.getByRole('heading', { name: shows })).toBeVisible();
          expect(await objections(page)).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
        }
      });
    }
  }
});
