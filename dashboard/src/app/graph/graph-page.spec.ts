import { TestBed } from '@angular/core/testing';
import { Router, provideRouter, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { ApiError } from '@graphtail/client';
import { columnsFrom } from '../../testing/graph.ts';
import { Notifier } from '../../testing/notifier.ts';
import { Origin, staged, until } from '../../testing/stage.ts';
import { Live } from '../live/live.ts';
import { GraphPage } from './graph-page.ts';
import { LOAD_GRAPH, type LoadGraph } from './model/load-graph.ts';

const SHOP = {
  files: { 'src/cart.ts': 60, 'src/checkout.ts': 30, 'lib/money.ts': 20 },
  symbols: {
    'src/cart.ts#Cart': [1, 50, 'class'],
    'src/cart.ts#Cart.total': [10, 20, 'method'],
    'src/checkout.ts#checkout': [1, 25],
    'lib/money.ts#round': [1, 9],
  },
  relationships: [
    'src/checkout.ts#checkout calls src/cart.ts#Cart.total',
    'src/checkout.ts#checkout instantiates src/cart.ts#Cart',
    'src/cart.ts#Cart.total calls lib/money.ts#round',
    'src/checkout.ts imports src/cart.ts',
    'src/cart.ts imports lib/money.ts',
    'lib/money.ts imports src/checkout.ts',
  ],
} as const;

describe('The Graph page', () => {
  let page: HTMLElement;
  let router: Router;

  async function show(address: string, load: LoadGraph = () => Promise.resolve(columnsFrom(SHOP))): Promise<void> {
    const notifier = new Notifier();
    const origin = Object.assign(new Origin(notifier), {
      node: () => Promise.reject(new ApiError(404, 'not here')),
      source: () => Promise.reject(new ApiError(404, 'its lines are not kept')),
      history: () => Promise.resolve({ id: '', facts: [], next: null }),
    });
    TestBed.configureTestingModule({
      providers: [
        ...staged(notifier, origin),
        provideRouter([{ path: 'graph', component: GraphPage }], withComponentInputBinding()),
        { provide: LOAD_GRAPH, useValue: load },
      ],
    });
    router = TestBed.inject(Router);
    TestBed.inject(Live).open('g');
    const harness = await RouterTestingHarness.create(address);
    page = harness.routeNativeElement!;
  }
  const rows = (): string[] => [...page.querySelectorAll('gt-map-tree [role="treeitem"] .name')].map((each) => each.textContent ?? '');
  const row = (id: string): HTMLElement => page.querySelector<HTMLElement>(`[role="treeitem"][title="${id}"]`)!;
  const press = (target: HTMLElement, key: string): boolean => target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  const items = (place: number): string[] =>
    [...page.querySelectorAll('[data-column]')][place] === undefined
      ? []
      : [...[...page.querySelectorAll('[data-column]')][place]!.querySelectorAll('[data-item] .name')].map(
          (each) => each.textContent ?? '',
        );

  afterEach(() => TestBed.inject(Live).close());

  it('shows the Map first, with the same as a tree', async () => {
    await show('/graph');
    await until(() => rows().length === 2, 'the folders');
    expect(rows()).toEqual(['src', 'lib']);
    expect(page.querySelector('canvas')?.getAttribute('aria-label')).toContain('Map of the whole graph: 110 lines');
  });

  it('walks the tree by keys, and puts what is chosen into the address, with its relationships beside it', async () => {
    await show('/graph');
    await until(() => rows().length === 2, 'the folders');
    press(row('src/'), 'ArrowRight');
    await until(() => rows().length === 4, 'the files');
    press(row('src/'), 'ArrowRight');
    await until(() => document.activeElement === row('src/cart.ts'), 'the first file');
    press(row('src/cart.ts'), ' ');
    await until(() => router.url === '/graph?node=src%2Fcart.ts', 'the address');
    await until(() => page.textContent?.includes('Incoming 3') ?? false, 'its relationships');
    expect(page.textContent).toContain('Outgoing 2');
  });

  it('shows a folder alone after Enter, and Escape goes up', async () => {
    await show('/graph');
    await until(() => rows().length === 2, 'the folders');
    press(row('src/'), 'Enter');
    await until(() => router.url === '/graph?filter=src%2F', 'the address');
    await until(() => page.querySelector('.here')?.textContent === 'src', 'the folder');
    press(document.body, 'Escape');
    await until(() => router.url === '/graph', 'the top');
  });

  it('shows in Focus what uses a node and what it uses, and Focus moves on', async () => {
    await show('/graph?view=focus&node=src%2Fcart.ts%23Cart');
    await until(() => items(0).length > 0, 'the callers');
    expect([items(0), items(2)]).toEqual([['checkout'], ['round']]);
    expect(items(1)).toEqual(['total']);
    page.querySelector<HTMLElement>('[data-column] [data-item]')!.click();
    await until(() => router.url.includes('checkout.ts%23checkout'), 'the address');
    await until(() => page.querySelector('gt-focus-card h2')?.textContent === 'checkout', 'the card');
    press(document.body, '[');
    await until(() => page.querySelector('gt-focus-card h2')?.textContent === 'Cart', 'the way back');
  });

  it('moves among the columns of Focus by arrow keys', async () => {
    await show('/graph?view=focus&node=src%2Fcart.ts%23Cart');
    await until(() => items(2).length > 0, 'the columns');
    const here = (): string | null | undefined => document.activeElement?.getAttribute('title');
    press(document.body, 'ArrowDown');
    expect(here()).toBe('src/checkout.ts#checkout');
    press(document.body, 'ArrowRight');
    expect(here()).toBe('src/cart.ts#Cart.total');
    press(document.body, 'ArrowRight');
    expect(here()).toBe('lib/money.ts#round');
  });

  it('says where to begin if nothing is selected', async () => {
    await show('/graph?view=focus');
    await until(() => page.textContent?.includes('Nothing is selected') ?? false, 'the advice');
    expect(page.querySelector('[data-item]')?.textContent).toContain('Cart');
  });

  it('says why the graph could not be read', async () => {
    await show('/graph', () => Promise.reject(new ApiError(409, 'The log begins at 1-500.')));
    await until(() => page.textContent?.includes('The log begins at 1-500.') ?? false, 'the reason');
  });
});
