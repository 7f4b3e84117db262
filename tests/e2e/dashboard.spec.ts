import { appendFile, writeFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page, WebSocketRoute } from '@playwright/test';
import { expect, test } from './support/test.ts';

const rows = (page: Page) => page.locator('gt-event-row');
const figure = (page: Page, label: string) => page.locator('gt-figure', { has: page.getByText(label, { exact: true }) }).locator('.value');
const live = (page: Page) => expect(page.locator('gt-connection-chip')).toHaveText('live');

test.describe('the dashboard', () => {
  test('opens with a filled event log and the figures of the graph', async ({ page, request }) => {
    await page.goto('/');
    await live(page);
    await expect(rows(page).first()).toBeVisible();
    expect(await rows(page).count()).toBeGreaterThan(5);
    await expect(page.getByText('priceOf').first()).toBeVisible();
    const stats = (await (await request.get('/api/graph/stats')).json()) as { total_nodes: number; total_relationships: number };
    await expect(figure(page, 'Nodes')).toHaveText(String(stats.total_nodes));
    await expect(figure(page, 'Relationships')).toHaveText(String(stats.total_relationships));
  });

  test('shows a saved file while it is looked at, and the counts follow', async ({ page, graphtail, request }) => {
    await page.goto('/');
    await live(page);
    const before = Number(await figure(page, 'Nodes').textContent());
    const file = join(graphtail.source, 'src/shipping.ts');
    try {
      await writeFile(file, 'export function shippingOf(weight: number): number {\n  return weight > 10 ? 12 : 5;\n}\n');
      await expect(rows(page).getByText('shippingOf').first()).toBeVisible();
      await expect(figure(page, 'Nodes')).toHaveText(String(before + 2));
      const stats = (await (await request.get('/api/graph/stats')).json()) as { total_nodes: number };
      expect(stats.total_nodes).toBe(before + 2);
      await appendFile(file, 'export const free = shippingOf(0);\n');
      await expect(figure(page, 'Nodes')).toHaveText(String(before + 3));
    } finally {
      await rm(file, { force: true });
    }
    await expect(figure(page, 'Nodes')).toHaveText(String(before));
  });

  test('re-analyzes on request and follows it to its end', async ({ page }) => {
    await page.goto('/');
    await live(page);
    await page.getByRole('button', { name: 'Re-analyze' }).click({ modifiers: ['Shift'] });
    const end = page.getByRole('heading', { name: 'Analysis completed, 0 changes' });
    await expect(end).toBeVisible();
    await expect(page.locator('gt-announcer')).toContainText('Analysis completed, 0 changes');
    await expect(end).toBeHidden();
    await expect(rows(page).filter({ hasText: 'completed' }).first()).toBeVisible();
  });

  test('proves that what it received is what the log holds', async ({ page }) => {
    await page.goto('/');
    await expect(page.getByText(/proved through #/)).toBeVisible();
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
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL(/q=priceOf/);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await expect(page.locator('gt-fact-detail pre')).toContainText('priceOf');
    await expect(page).toHaveURL(/fact=\d+-\d+/);
    await page.reload();
    await expect(page.locator('gt-fact-detail pre')).toContainText('priceOf');
    await expect(page.getByPlaceholder('Name, path or type')).toHaveValue('priceOf');
  });

  test('goes on from its cursor when the connection is lost, and says so meanwhile', async ({ page, graphtail }) => {
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
    const file = join(graphtail.source, 'src/missed.ts');
    try {
      await writeFile(file, 'export function missedMeanwhile(): void {}\n');
      refused = false;
      await live(page);
      await expect(rows(page).getByText('missedMeanwhile').first()).toBeVisible();
    } finally {
      await rm(file, { force: true });
    }
  });

  test('works over server-sent events where sockets do not get through', async ({ page, graphtail }) => {
    await page.routeWebSocket('**/ws/**', (socket) => socket.close());
    await page.goto('/');
    await live(page);
    await expect(page.getByText('over server-sent events')).toBeVisible();
    const file = join(graphtail.source, 'src/streamed.ts');
    try {
      await writeFile(file, 'export function streamedAnyway(): void {}\n');
      await expect(rows(page).getByText('streamedAnyway').first()).toBeVisible();
    } finally {
      await rm(file, { force: true });
    }
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
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
      });
    }
  }
});
