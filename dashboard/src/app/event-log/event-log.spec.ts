import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { Router } from '@angular/router';
import { at, nodeAdded, nodeDeleted } from '../../testing/facts.ts';
import { Notifier } from '../../testing/notifier.ts';
import { Origin, staged, until } from '../../testing/stage.ts';
import { Live } from '../live/live.ts';
import { EventLog } from './event-log.ts';

describe('the event log', () => {
  let notifier: Notifier;
  let fixture: ComponentFixture<EventLog>;
  let page: HTMLElement;

  async function show(address = '/'): Promise<void> {
    TestBed.configureTestingModule({ providers: staged(notifier, new Origin(notifier)) });
    await TestBed.inject(Router).navigateByUrl(address);
    TestBed.inject(Live).open('g');
    fixture = TestBed.createComponent(EventLog);
    page = fixture.nativeElement as HTMLElement;
    page.style.height = '480px';
    await until(() => page.querySelector('.rows, .empty') !== null, 'the log to be read');
  }

  const rows = (): string[] => [...page.querySelectorAll('gt-event-row .name')].map((row) => row.textContent ?? '');
  const button = (text: string): HTMLButtonElement => {
    const found = [...page.querySelectorAll('button')].find((each) => each.textContent?.includes(text));
    if (found === undefined) throw new Error(`no button ${text}`);
    return found;
  };
  const press = (key: string): boolean => document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  const point = (type: 'pointerenter' | 'pointerleave'): boolean =>
    page.querySelector('.rows')?.dispatchEvent(new PointerEvent(type, { pointerType: 'mouse' })) ?? false;

  beforeEach(() => {
    notifier = new Notifier();
  });
  afterEach(() => TestBed.inject(Live).close());

  it('is filled on load with the newest fact on top, and draws only visible rows', async () => {
    notifier.append(...Array.from({ length: 300 }, (_, n) => nodeAdded(`n${String(n)}`)));
    await show();
    await until(() => rows().length > 0, 'rows');
    expect(rows()[0]).toBe('n299');
    expect(rows().length).toBeLessThan(60);
  });

  it('opens the fact that the address names when the log has been read to its head, however many frames that takes', async () => {
    notifier.append(nodeAdded('early'));
    notifier.append(nodeAdded('late'));
    notifier.pauseMs = 100;
    await show(`/?fact=${at(2)}`);
    await until(() => page.querySelector('gt-fact-detail pre')?.textContent?.includes('late') ?? false, 'the fact');
    expect(rows()).toEqual(['late', 'early']);
  });

  it('says what fills it if the log is empty', async () => {
    await show();
    expect(page.textContent).toContain('The log has no facts yet');
    notifier.append(nodeAdded('first'));
    await until(() => rows()[0] === 'first', 'the first fact');
  });

  it('does not move under the pointer, counts new facts, and shows them on request', async () => {
    notifier.append(nodeAdded('a'));
    await show();
    await until(() => rows().length === 1, 'a row');
    point('pointerenter');
    notifier.append(nodeAdded('b'), nodeAdded('c'));
    await until(() => page.querySelector('.waiting')?.textContent?.includes('2 new') ?? false, 'the count of new facts');
    expect(rows()).toEqual(['a']);
    button('2 new').click();
    await until(() => rows()[0] === 'c', 'the new facts');
    notifier.append(nodeAdded('d'));
    await until(() => page.querySelector('.waiting')?.textContent?.includes('1 new') ?? false, 'holding again');
    point('pointerleave');
    await until(() => rows()[0] === 'd', 'following again');
    expect(page.querySelector('.waiting')).toBeNull();
  });

  it('filters by type, and counts only matching facts', async () => {
    notifier.append(nodeAdded('a'), nodeDeleted('b'), nodeAdded('c'));
    await show();
    await until(() => rows().length === 3, 'rows');
    page.querySelector<HTMLElement>('button[aria-label="node_deleted"]')?.click();
    await until(() => rows().length === 1, 'the filter');
    expect(rows()).toEqual(['b']);
    point('pointerenter');
    notifier.append(nodeAdded('d'), nodeDeleted('e'));
    await until(() => page.querySelector('.waiting')?.textContent?.includes('1 new') ?? false, 'one new that passes');
  });

  it('filters by text, and says if nothing matches', async () => {
    notifier.append(nodeAdded('parse'), nodeAdded('print'));
    await show();
    await until(() => rows().length === 2, 'rows');
    const search = page.querySelector<HTMLInputElement>('input[type="search"]');
    if (search === null) throw new Error('no search');
    search.value = 'lexer';
    search.dispatchEvent(new Event('input'));
    await until(() => page.textContent?.includes('None of the newest facts match') ?? false, 'the empty state');
    button('Show all facts').click();
    await until(() => rows().length === 2, 'all rows again');
  });

  it('is emptied by Clear, shows new facts, and can bring the old ones back', async () => {
    notifier.append(nodeAdded('a'));
    await show();
    await until(() => rows().length === 1, 'a row');
    button('Clear').click();
    await until(() => page.textContent?.includes('Cleared.') ?? false, 'the cleared state');
    notifier.append(nodeAdded('b'));
    await until(() => rows().length === 1, 'the new fact');
    expect(rows()).toEqual(['b']);
    button('Clear').click();
    await until(() => rows().length === 0, 'cleared again');
    button('Bring back').click();
    await until(() => rows().length === 2, 'both facts');
  });

  it('moves with j and k, opens with Enter, and closes with Esc', async () => {
    notifier.append(nodeAdded('a'), nodeAdded('b'), nodeAdded('c'));
    await show();
    await until(() => rows().length === 3, 'rows');
    const selected = (): string | null | undefined => page.querySelector('[aria-selected="true"] .name')?.textContent;
    press('j');
    await until(() => selected() === 'c', 'the first row');
    press('j');
    await until(() => selected() === 'b', 'the second row');
    press('k');
    await until(() => selected() === 'c', 'the first row again');
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    await until(() => page.querySelector('gt-fact-detail pre') !== null, 'the fact');
    expect(page.querySelector('gt-fact-detail pre')?.textContent).toContain('"entity_id": "src/a.ts#c"');
    press('Escape');
    await until(() => page.querySelector('gt-fact-detail') === null, 'the fact to close');
    press('Escape');
    await until(() => selected() === undefined, 'the selection to go');
  });

  it('shows an offset as its seq, and in full on hover', async () => {
    notifier.append(nodeAdded('a'));
    await show();
    await until(() => rows().length === 1, 'a row');
    const seq = page.querySelector('gt-event-row .seq');
    expect(seq?.textContent).toBe('#1');
    expect(seq?.getAttribute('title')).toContain(notifier.head);
  });
});
