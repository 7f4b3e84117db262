import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';

/** What specs look at on the dashboard. */
export const rows = (page: Page): Locator => page.locator('gt-event-row, gt-burst-row');
export const search = (page: Page): Locator => page.getByRole('searchbox');
export const figure = (page: Page, label: string): Locator =>
  page.locator('gt-figure', { has: page.getByText(label, { exact: true }) }).locator('.value');
export const proof = (page: Page): Locator => page.locator('.proof');
export const live = (page: Page): Promise<void> => expect(page.locator('gt-connection-chip')).toHaveText('live');

/** A figure, once it is known. */
export async function numberIn(figure: Locator): Promise<number> {
  await expect(figure).toHaveText(/^[\d,]+$/);
  return Number((await figure.textContent())?.replaceAll(',', ''));
}

/** What axe objects to on the page as it is. */
export async function objections(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}
