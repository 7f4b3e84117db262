import type { Locator, Page } from '@playwright/test';
import { live, objections } from './support/page.ts';
import { expect, test } from './support/test.ts';

const row = (page: Page, id: string): Locator => page.locator(`gt-map-tree [role="treeitem"][title="${id}"]`);
const card = (page: Page): Locator => page.locator('gt-focus-card');
const column = (page: Page, title: string): Locator =>
  page.locator('gt-neighbour-column', { has: page.getByRole('heading', { name: new RegExp(`^${title} `) }) });
const FOCUS = '/graph?view=focus&node=src%2Fproducts.ts%23priceOf';

test.describe('the Graph page', () => {
  // The whole graph is read and axe looks at every element: on a busy machine that takes its time.
  test.describe.configure({ timeout: 90_000 });

  test('Map: a file is found and chosen by keyboard alone, and its relationships are beside it', async ({ page }) => {
    await page.goto('/graph');
    await live(page);
    await row(page, 'src/').focus();
    for (const key of ['ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    await expect(row(page, 'src/cart.ts')).toBeFocused();
    await page.keyboard.press('Space');
    await expect(page).toHaveURL('/graph?node=src%2Fcart.ts');
    const beside = page.locator('.chosen');
    await expect(beside.getByRole('button', { name: /products\.ts/ })).toBeVisible();
    await expect(beside.getByRole('heading', { name: /^Incoming [1-9]/ })).toBeVisible();
    await page.goBack();
    await expect(beside).toBeHidden();
  });

  test('Map: a link shows what was chosen', async ({ page }) => {
    await page.goto('/graph?node=src%2Fcart.ts');
    await expect(page.locator('.chosen').getByRole('heading', { name: 'cart.ts' })).toBeVisible();
    await expect(row(page, 'src/cart.ts')).toHaveAttribute('aria-selected', 'true');
  });

  test('Map: a click chooses, a double click goes in, Escape goes out', async ({ page }) => {
    await page.goto('/graph');
    await expect(row(page, 'src/')).toBeVisible();
    const canvas = page.getByRole('img', { name: /^Map of the whole graph/ });
    await canvas.dblclick({ position: { x: 400, y: 300 } });
    await expect(page).toHaveURL(/filter=src%2F/);
    await expect(page.getByRole('img', { name: /^Map of src/ })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page).not.toHaveURL(/filter=/);
  });

  test('Map: a saved file appears while it is looked at', async ({ page, save }) => {
    await page.goto('/graph?node=src%2Fcart.ts');
    await expect(row(page, 'src/cart.ts')).toBeVisible();
    await save('src/voucher.ts', 'export const voucher = 1;\n');
    await expect(row(page, 'src/voucher.ts')).toBeVisible();
  });

  test('Structure: two files that import each other are a circle, and its relationships have their lines', async ({ page, save }) => {
    await save('src/tax.ts', "import { rate } from './rate.ts';\nexport const tax = (sum: number) => sum * rate();\n");
    await save('src/rate.ts', "import { tax } from './tax.ts';\nexport const rate = () => (tax.length > 0 ? 0.2 : 0);\n");
    await page.goto('/graph?view=structure');
    await expect(page.getByRole('heading', { name: '1 circle among 2 of 5 parts' })).toBeVisible();
    await page.getByRole('button', { name: 'src/tax.ts → src/rate.ts' }).click();
    await expect(page.locator('gt-relationship-list pre').filter({ hasText: "import { rate } from './rate.ts';" })).toBeVisible();
  });

  test('Focus: says who calls a function, with its source and history, and goes on by Enter and back by [', async ({ page }) => {
    await page.goto(FOCUS);
    await expect(card(page).getByRole('heading', { name: 'priceOf' })).toBeVisible();
    await expect(card(page)).toContainText('if (product.discount === undefined) return product.price;');
    await expect(card(page).locator('.history li').first()).toContainText('#');
    const caller = column(page, 'Used by').getByRole('button', { name: /^total/ });
    await expect(caller).toBeVisible();
    await caller.focus();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/node=src%2Fcart\.ts%23Cart\.total/);
    await expect(column(page, 'Uses').getByRole('button', { name: /^priceOf/ })).toBeVisible();
    await page.keyboard.press('[');
    await expect(card(page).getByRole('heading', { name: 'priceOf' })).toBeVisible();
  });

  test('Focus: says in a sentence what a change may break, as the API does', async ({ page, request }) => {
    const answer = await request.post('/api/graph/impact', { data: { nodes: ['src/products.ts#priceOf'], max_depth: 3 } });
    const { total, file_count } = (await answer.json()) as { total: number; file_count: number };
    await page.goto(FOCUS);
    await card(page).getByRole('button', { name: 'Impact' }).click();
    await expect(page.getByText(`A change may affect ${String(total)} nodes in ${String(file_count)} files`)).toBeVisible();
    await expect(page).toHaveURL(/depth=3/);
    await expect(column(page, '1 step away').getByRole('button', { name: /^total/ })).toBeVisible();
  });

  test('a link with an offset shows the graph as it was then, and leads back to the present', async ({ page, request, save }) => {
    const { head } = (await (await request.get('/api/log')).json()) as { head: string };
    await save('src/later.ts', 'export const later = 1;\n');
    await page.goto('/graph?node=src%2Fcart.ts');
    await expect(row(page, 'src/later.ts')).toBeVisible();
    await page.goto(`/graph?node=src%2Fcart.ts&at=${head}`);
    await expect(row(page, 'src/cart.ts')).toBeVisible();
    await expect(row(page, 'src/later.ts')).toBeHidden();
    await page.getByRole('button', { name: /^Past/ }).click();
    await expect(row(page, 'src/later.ts')).toBeVisible();
    await expect(page).not.toHaveURL(/at=/);
  });

  test('Ctrl-K finds a node, a page and an action', async ({ page }) => {
    await page.goto('/');
    await live(page);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('priceOf');
    await expect(page.getByRole('option', { name: /priceOf/ })).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    await expect(card(page).getByRole('heading', { name: 'priceOf' })).toBeVisible();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Consum');
    await page.getByRole('option', { name: /^Consumers/ }).click();
    await expect(page).toHaveURL('/consumers');
  });

  const views: readonly (readonly [string, string, (page: Page) => Locator])[] = [
    ['Map', '/graph?node=src%2Fcart.ts', (page) => row(page, 'src/cart.ts')],
    ['Structure', '/graph?view=structure', (page) => page.locator('.ranked button').first()],
    ['Focus', FOCUS, (page) => card(page).locator('.history li').first()],
    ['Impact', `${FOCUS}&depth=3`, (page) => column(page, '1 step away')],
  ];
  for (const [view, address, shown] of views) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [size, viewport] of [
        ['desktop', { width: 1440, height: 900 }],
        ['phone', { width: 375, height: 667 }],
      ] as const) {
        test(`${view}: axe objects to nothing, and it does not scroll sideways: ${size}, ${colorScheme}`, async ({ page }) => {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.setViewportSize(viewport);
          await page.goto(address);
          await expect(shown(page)).toBeVisible();
          expect(await objections(page)).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
        });
      }
    }
  }

  test('Ctrl-K: axe objects to nothing', async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto('/events');
    await live(page);
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('combobox', { name: /^Find/ })).toBeVisible();
    expect(await objections(page)).toEqual([]);
  });
});
