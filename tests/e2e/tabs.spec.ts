import type { APIRequestContext, BrowserContext, Page, WebSocket } from '@playwright/test';
import { figure, live, proof } from './support/page.ts';
import { expect, test } from './support/test.ts';

const TABS = 10;

/** Tabs of one browser, and which of them has a socket. */
class Tabs {
  readonly pages: Page[] = [];
  readonly #context: BrowserContext;
  readonly #request: APIRequestContext;
  readonly #sockets = new Map<Page, Set<WebSocket>>();

  constructor(context: BrowserContext, request: APIRequestContext) {
    this.#context = context;
    this.#request = request;
  }

  async open(count: number): Promise<void> {
    for (let opened = 0; opened < count; opened++) {
      const page = await this.#context.newPage();
      const sockets = new Set<WebSocket>();
      this.#sockets.set(page, sockets);
      page.on('websocket', (socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
      });
      this.pages.push(page);
      await page.goto('/');
    }
    for (const page of this.pages) await live(page);
  }

  /** The server's subscribers to everything; `npm start` itself follows analyses only. */
  async connections(): Promise<number> {
    const { consumers } = (await (await this.#request.get('/api/consumers')).json()) as { consumers: { filters: { types: string[] } }[] };
    return consumers.filter(({ filters }) => filters.types.length === 0).length;
  }

  async shareOne(): Promise<void> {
    await expect.poll(() => this.connections(), { message: 'connections of all tabs', timeout: 20_000 }).toBe(1);
  }

  get leader(): Page {
    const [leader, ...others] = this.pages.filter((page) => (this.#sockets.get(page)?.size ?? 0) > 0);
    if (leader === undefined || others.length > 0) throw new Error('one tab should have a socket');
    return leader;
  }

  async close(page: Page): Promise<void> {
    this.pages.splice(this.pages.indexOf(page), 1);
    await page.close();
  }

  /** Once a function is in the graph: every tab is at the head, with the projector's counts, and its record is proved to be the log's. */
  async agree(name: string): Promise<void> {
    const answer = async <Answer>(path: string) => (await (await this.#request.get(path)).json()) as Answer;
    const known = async () => (await answer<{ total_count: number }>(`/api/graph/nodes/search?name=${name}`)).total_count;
    await expect.poll(known, { timeout: 20_000 }).toBeGreaterThan(0);
    await expect(async () => {
      const { head } = await answer<{ head: string }>('/api/log');
      const stats = await answer<{ total_nodes: number; total_relationships: number }>('/api/graph/stats');
      const right = {
        proof: `proved through #${Number(head.split('-')[1]).toLocaleString('en')}`,
        nodes: stats.total_nodes.toLocaleString('en'),
        relationships: stats.total_relationships.toLocaleString('en'),
      };
      const shown = this.pages.map(async (page) => ({
        proof: await proof(page).textContent(),
        nodes: await figure(page, 'Nodes').textContent(),
        relationships: await figure(page, 'Relationships').textContent(),
      }));
      expect(await Promise.all(shown)).toEqual(this.pages.map(() => right));
    }).toPass({ timeout: 45_000 });
    for (const page of this.pages) await live(page);
  }
}

/** Facts in many batches: files of functions that call one another, changed again and again. */
async function storm(save: (path: string, text: string) => Promise<void>, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const functions = Array.from({ length: 60 }, (_, index) => {
      const next = index === 59 ? '1' : `f${String(round % 2)}_${String(index + 1)}()`;
      return `export function f${String(round % 2)}_${String(index)}(): number {\n  return ${next};\n}\n`;
    });
    await save(`src/storm-${String(round % 3)}.ts`, functions.join('\n'));
    await new Promise((resolve) => setTimeout(resolve, 60)); // apart enough for most to be a burst of their own
  }
  await save('src/calm.ts', 'export function afterTheStorm(): void {}\n');
}

test.describe('tabs of one browser', () => {
  test.setTimeout(120_000);
  let tabs: Tabs;

  test.beforeEach(({ context, request }) => {
    tabs = new Tabs(context, request);
  });

  test('share one connection; when its tab is closed amid a storm, another has it, and every tab ends with the same', async ({ save }) => {
    await tabs.open(TABS);
    await tabs.shareOne();
    const storming = storm(save, 24);
    await tabs.close(tabs.leader);
    await storming;
    await tabs.agree('afterTheStorm');
    await tabs.shareOne();
  });

  for (const isTold of [true, false]) {
    const how = isTold ? 'is frozen' : 'hangs without a word';
    test(`go on when the tab that has the connection ${how} amid a storm, and so does that tab when it wakes`, async ({
      save,
      context,
    }) => {
      if (!isTold) {
        await context.addInitScript(() => {
          document.addEventListener('freeze', (event) => event.stopImmediatePropagation(), { capture: true });
        });
      }
      await tabs.open(4);
      await tabs.shareOne();
      const { leader } = tabs;
      const session = await context.newCDPSession(leader);
      const storming = storm(save, 24);
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
      await storming;
      const all = tabs.pages.splice(0);
      tabs.pages.push(...all.filter((page) => page !== leader));
      await tabs.agree('afterTheStorm');
      await session.send('Page.setWebLifecycleState', { state: 'active' });
      tabs.pages.push(leader);
      await tabs.agree('afterTheStorm');
      await tabs.shareOne();
    });
  }

  test('are all live over server-sent events where sockets do not get through, and requests are answered', async ({ context, save }) => {
    await context.routeWebSocket('**/ws/**', (socket) => socket.close());
    await tabs.open(TABS);
    await tabs.shareOne();
    for (const page of tabs.pages) await expect(page.getByText('over server-sent events')).toBeVisible();
    const answers = tabs.pages.map((page) => page.evaluate(async () => (await fetch('/api/graph/stats', { cache: 'no-store' })).status));
    expect(await Promise.all(answers)).toEqual(tabs.pages.map(() => 200));
    await save('src/streamed.ts', 'export function streamedToAll(): void {}\n');
    await tabs.agree('streamedToAll');
  });
});
