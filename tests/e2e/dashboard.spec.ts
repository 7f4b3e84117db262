import type { WebSocketRoute } from '@playwright/test';
import { figure, live, numberIn, objections, proof, rows, search } from './support/page.ts';
import { expect, test } from './support/test.ts';

test.describe('the dashboard', () => {
  test('opens with a filled event log and the figures of the graph', async ({ page, request }) => {
    await page.goto('/');
    await live(page);
    await expect(rows(page).first()).toBeVisible();
    await expect(rows(page).filter({ hasText: 'completed' }).first()).toBeVisible();
    await expect(page.getByText('priceOf').first()).toBeVisible();
    const stats = (await (await request.get('/api/graph/stats')).json()) as { total_nodes: number; total_relationships: number };
    await expect(figure(page, 'Nodes')).toHaveText(String(stats.total_nodes));
    await expect(figure(page, 'Relationships')).toHaveText(String(stats.total_relationships));
  });

  test('shows a saved file while it is looked at, and the counts follow', async ({ page, save, request }) => {
    await page.goto('/');
    await live(page);
    const before = await numberIn(figure(page, 'Nodes'));
    const text = 'export function shippingOf(weight: number): number {\n  return weight > 10 ? 12 : 5;\n}\n';
    await save('src/shipping.ts', text);
    await expect(rows(page).getByText('shippingOf').first()).toBeVisible();
    await expect(figure(page, 'Nodes')).toHaveText(String(before + 2));
    await expect
      .poll(async () => ((await (await request.get('/api/graph/stats')).json()) as { total_nodes: number }).total_nodes)
      .toBe(before + 2);
    await save('src/shipping.ts', `${text}export const free = shippingOf(0);\n`);
    await expect(figure(page, 'Nodes')).toHaveText(String(before + 3));
  });

  test('re-analyzes on request and follows it to its end', async ({ page }) => {
    await page.goto('/');
    await live(page);
    await expect(proof(page)).toHaveText(/proved/);
    // What ended before the page was opened is no news.
    await expect(page.locator('gt-announcer')).not.toContainText('Analysis');
    await page.getByRole('button', { name: 'Re-analyze' }).click({ modifiers: ['Shift'] });
    const end = page.getByRole('heading', { name: 'Analysis completed, 0 changes' });
    await expect(end).toBeVisible();
    await expect(page.locator('gt-announcer')).toContainText('Analysis completed, 0 changes');
    await expect(end).toBeHidden();
    await expect(rows(page).filter({ hasText: 'completed' }).first()).toBeVisible();
  });

  test('proves that what it received is what the log holds', async ({ page }) => {
    await page.goto('/');
    await expect(proof(page)).toHaveText(/proved through #\d/);
  });

  test('says so while nothing is proved yet', async ({ page }) => {
    await page.route('**/api/log/receipt**', () => undefined);
    await page.goto('/');
    await live(page);
    await expect(proof(page)).toHaveText('not proved yet');
  });

  test('says in plain words that what it received differs from the log, and reads it anew on request', async ({ page }) => {
    await page.route('**/api/log/receipt**', async (route) => {
      const response = await route.fetch();
      const receipt = (await response.json()) as { count: number };
      await route.fulfill({ response, json: { ...receipt, count: receipt.count + 1 } });
    });
    await page.goto('/');
    await expect(proof(page)).toHaveText('differs from the log');
    await expect(page.getByText(/^What this page received differs from the log: [\d,]+ facts, but the log has [\d,]+/)).toBeVisible();
    await page.unroute('**/api/log/receipt**');
    await page.getByRole('button', { name: 'Read again' }).click();
    await expect(proof(page)).toHaveText(/proved through #\d/);
  });

  test('measures a round trip', async ({ page }) => {
    await page.goto('/');
    await live(page);
    await page.getByRole('button', { name: 'Ping' }).click();
    await expect(figure(page, 'Round trip')).toHaveText(/^[\d.]+$/);
  });

  test('keeps filter and opened fact in the address', async ({ page }) => {
    await page.goto('/');
    await expect(rows(page).first()).toBeVisible();
    await page.keyboard.press('/');
    await page.keyboard.type('priceOf');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/q=priceOf/);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await expect(page.locator('gt-fact-detail pre')).toContainText('priceOf');
    await expect(page).toHaveURL(/fact=\d+-\d+/);
    await page.reload();
    await expect(page.locator('gt-fact-detail pre')).toContainText('priceOf');
    await expect(search(page)).toHaveValue('priceOf');
    await search(page).press('Escape');
    await expect(search(page)).toHaveValue('');
    await expect(page).not.toHaveURL(/q=/);
  });

  test('Back closes a fact that was opened, and stays on the page', async ({ page }) => {
    await page.goto('/events');
    await rows(page).filter({ hasText: 'completed' }).first().click();
    await expect(page.locator('gt-fact-detail')).toBeVisible();
    await page.goBack();
    await expect(page.locator('gt-fact-detail')).toBeHidden();
    await expect(page).toHaveURL(/\/events$/);
  });

  for (const [name, viewport] of [
    ['a desktop', { width: 1440, height: 900 }],
    ['a phone', { width: 375, height: 667 }],
  ] as const) {
    test(`a link to a fact shows it, or says why not, on ${name}`, async ({ page, request }) => {
      await page.setViewportSize(viewport);
      const { earliest } = (await (await request.get('/api/log')).json()) as { earliest: string };
      await page.goto(`/?fact=${earliest}`);
      await expect(page.locator('gt-fact-detail pre')).toContainText(earliest);
      await page.goto('/?fact=garbage');
      await expect(page.getByText('“garbage”, which is not an offset')).toBeVisible();
      const [epoch = '', seq = ''] = earliest.split('-');
      await page.goto(`/?fact=${epoch}-${String(Number(seq) + 1_000_000)}`);
      await expect(page.getByText(/does not hold #1,000,001 yet/)).toBeVisible();
      await page.getByRole('button', { name: 'Show the newest facts' }).click();
      await expect(rows(page).first()).toBeVisible();
      await expect(page).toHaveURL(/\/events$/);
    });
  }

  test('nothing shifts while the page loads and an analysis begins and ends', async ({ page }) => {
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
          if (!entry.hadRecentInput) shifts.push(entry.value);
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto('/');
    await live(page);
    await page.evaluate(() =>
      fetch('/api/graph/admin/reanalyze', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"force":true}' }),
    );
    await expect(page.getByRole('heading', { name: 'Analysis completed, 0 changes' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'No analysis under way' })).toBeVisible();
    const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.05);
  });

  test('goes on from its cursor when the connection is lost, and says so meanwhile', async ({ page, save }) => {
    const sockets: WebSocketRoute[] = [];
    let refused = false;
    await page.routeWebSocket('**/ws/**', async (socket) => {
      if (refused) return socket.close({ code: 1001 });
      socket.connectToServer();
      sockets.push(socket);
    });
    await page.goto('/');
    await live(page);
    refused = true;
    for (const socket of sockets) await socket.close({ code: 1001 });
    await expect(page.locator('gt-connection-chip')).toContainText(/offline, at …-\d+/);
    await save('src/missed.ts', 'export function missedMeanwhile(): void {}\n');
    refused = false;
    await live(page);
    await expect(rows(page).getByText('missedMeanwhile').first()).toBeVisible();
  });

  test('works over server-sent events where sockets do not get through', async ({ page, save }) => {
    await page.routeWebSocket('**/ws/**', (socket) => socket.close());
    await page.goto('/');
    await live(page);
    await expect(page.getByText('over server-sent events')).toBeVisible();
    await save('src/streamed.ts', 'export function streamedAnyway(): void {}\n');
    await expect(rows(page).getByText('streamedAnyway').first()).toBeVisible();
  });

  test('lists its keys', async ({ page }) => {
    await page.goto('/');
    await live(page);
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  });

  test('hides the event log on a phone, where the rail is a bar at the bottom, and does not scroll sideways', async ({ page }) => {
    await page.setViewportSize({ width: 375, height: 667 });
    await page.goto('/');
    await live(page);
    await expect(page.locator('gt-event-log')).toBeHidden();
    const rail = await page.getByRole('navigation').boundingBox();
    expect(rail).toEqual({ x: 0, y: 667 - 56, width: 375, height: 56 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
  });

  test('follows the system to light or dark, and remembers another choice', async ({ page }) => {
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto('/');
    await live(page);
    const light = await background();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.getByRole('button', { name: 'Light' }).click();
    expect(await background()).toBe(light);
    await page.reload();
    await live(page);
    expect(await background()).toBe(light);
    await page.getByRole('button', { name: 'Dark' }).click();
    expect(await background()).toBe(dark);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [name, viewport] of [
      ['desktop', { width: 1440, height: 900 }],
      ['phone', { width: 375, height: 667 }],
    ] as const) {
      test(`has nothing that axe objects to: ${name}, ${colorScheme}`, async ({ page }) => {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize(viewport);
        await page.goto('/');
        await live(page);
        await expect(page.getByRole('heading', { name: 'Node types' })).toBeVisible();
        expect(await objections(page)).toEqual([]);
      });
    }
  }
});
