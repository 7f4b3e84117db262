import type { Page } from '@playwright/test';
import { figure, live, numberIn, objections, proof, rows } from './support/page.ts';
import { makeToken } from './support/running-graphtail.ts';
import { expect, test } from './support/test.ts';

const jwtSecret = 'the secret of the specs, long enough';

// The browser reports each refusal, and nothing else may go wrong.
test.use({ jwtSecret, tolerated: /^Failed to load resource: the server responded with a status of 401/ });

const panel = (page: Page) => page.locator('gt-sign-in');
const problem = (page: Page) => panel(page).locator('.problem');

async function signIn(page: Page, token: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Token' });
  await field.fill(token);
  await field.press('Enter'); // a click would leave the pointer on the event log, where new rows wait
}

test('a server with a secret: the page asks for a token, says what is wrong with one, and offers what its role allows', async ({
  page,
}) => {
  await page.goto('/');
  await expect(panel(page).getByRole('heading')).toHaveText('This Graphtail asks for a token');
  await expect(panel(page)).toContainText('npx graphtail token --role read');
  await expect(problem(page)).toBeEmpty();
  await signIn(page, 'nonsense');
  await expect(problem(page)).toHaveText(/^This is not a token/);
  await signIn(page, makeToken('another secret, just as long', 'read', '5m'));
  await expect(problem(page)).toHaveText('The token is malformed, expired, or signed with another secret.');
  await expect(page.getByRole('textbox', { name: 'Token' })).toHaveAttribute('aria-invalid', 'true');

  await signIn(page, makeToken(jwtSecret, 'read', '5m'));
  await live(page);
  await expect(panel(page)).toBeHidden();
  await expect(rows(page).first()).toBeVisible();
  const analyze = page.getByRole('button', { name: 'Re-analyze' });
  await expect(analyze).toBeDisabled();
  await expect(analyze).toHaveAttribute('title', "Needs a token of role operate; this one's is read");
  await page.reload();
  await live(page);

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(panel(page)).toBeVisible();
  await expect(rows(page)).toHaveCount(0);
  await signIn(page, makeToken(jwtSecret, 'operate', '5m'));
  await live(page);
  await expect(analyze).toBeEnabled();
});

test('a token that expires: the page says so, keeps what it shows, and continues with a new one without a missed fact', async ({
  page,
  save,
  request,
  graphtail,
}) => {
  test.setTimeout(90_000);
  await page.goto('/');
  await signIn(page, makeToken(jwtSecret, 'read', '20s'));
  await live(page);
  const nodes = await numberIn(figure(page, 'Nodes'));
  const shown = await rows(page).count();
  await expect(panel(page).getByRole('heading')).toHaveText('The token has expired', { timeout: 40_000 });
  await expect(panel(page)).toContainText('Nothing is lost');
  expect(await rows(page).count()).toBe(shown);

  const head = async (): Promise<string> =>
    ((await (await request.get('/api/log', { headers: graphtail.headers })).json()) as { head: string }).head;
  const before = await head();
  await save('src/missed.ts', 'export function savedWhileSignedOut(): void {}\n');
  await expect.poll(head).not.toBe(before);
  await signIn(page, makeToken(jwtSecret, 'read', '5m'));
  await live(page);
  await expect(panel(page)).toBeHidden();
  await expect(rows(page).getByText('savedWhileSignedOut').first()).toBeVisible();
  await expect(figure(page, 'Nodes')).toHaveText(String(nodes + 2));
  await expect(proof(page)).toHaveText(`proved through #${(await head()).split('-')[1] ?? ''}`, { timeout: 20_000 });
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, viewport] of [
    ['desktop', { width: 1280, height: 800 }],
    ['phone', { width: 375, height: 667 }],
  ] as const) {
    test(`axe objects to nothing where the page asks for a token: ${name}, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(viewport);
      await page.goto('/');
      await signIn(page, 'nonsense');
      await expect(problem(page)).not.toBeEmpty();
      expect(await objections(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
      await signIn(page, makeToken(jwtSecret, 'read', '5m'));
      await live(page);
      expect(await objections(page)).toEqual([]);
    });
  }
}
