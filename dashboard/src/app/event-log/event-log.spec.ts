import { Location } from '@angular/common';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { NewFact } from '@graphtail/facts';
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

  /** Facts that were saved one after the other, each a line of its own. */
  function saved(...facts: readonly NewFact[]): void {
    facts.forEach((fact, index) => notifier.appendAt(Date.now() - (facts.length - index) * 1000, [fact]));
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
    saved(...Array.from({ length: 300 }, (_, n) => nodeAdded(`n${String(n)}`)));
    await show();
    await until(() => rows().length > 0, 'rows');
    expect(rows()[0]).toBe('n299');
    expect(rows().length).toBeLessThan(60);
  });

  it('opens the fact that the address names when the log has been read to its head, however many frames that takes', async () => {
    saved(nodeAdded('early'));
    saved(nodeAdded('late'));
    notifier.pauseMs = 100;
    await show(`/?fact=${at(2)}`);
    await until(() => page.querySelector('gt-fact-detail pre')?.textContent?.includes('late') ?? false, 'the fact');
    expect(rows()).toEqual(['late', 'early']); // of one save, which is open for it
  });

  it('says what fills it if the log is empty', async () => {
    await show();
    expect(page.textContent).toContain('The log has no facts yet');
    saved(nodeAdded('first'));
    await until(() => rows()[0] === 'first', 'the first fact');
  });

  it('does not move under the pointer, counts new facts, and shows them on request', async () => {
    saved(nodeAdded('a'));
    await show();
    await until(() => rows().length === 1, 'a row');
    point('pointerenter');
    saved(nodeAdded('b'), nodeAdded('c'));
    await until(() => page.querySelector('.waiting')?.textContent?.includes('2 new') ?? false, 'the count of new facts');
    expect(rows()).toEqual(['a']);
    button('2 new').click();
    await until(() => rows()[0] === 'c', 'the new facts');
    saved(nodeAdded('d'));
    await until(() => page.querySelector('.waiting')?.textContent?.includes('1 new') ?? false, 'holding again');
    point('pointerleave');
    await until(() => rows()[0] === 'd', 'following again');
    expect(page.querySelector('.waiting')).toBeNull();
  });

  it('filters by type, and counts only matching facts', async () => {
    saved(nodeAdded('a'), nodeDeleted('b'), nodeAdded('c'));
    await show();
    await until(() => rows().length === 3, 'rows');
    page.querySelector<HTMLElement>('button[aria-label="node_deleted"]')?.click();
    await until(() => rows().length === 1, 'the filter');
    expect(rows()).toEqual(['b']);
    point('pointerenter');
    saved(nodeAdded('d'), nodeDeleted('e'));
    await until(() => page.querySelector('.waiting')?.textContent?.includes('1 new') ?? false, 'one new that passes');
  });

  it('filters by text, and says if nothing matches', async () => {
    saved(nodeAdded('parse'), nodeAdded('print'));
    await show();
    await until(() => rows().length === 2, 'rows');
    const search = page.querySelector<HTMLInputElement>('input[type="search"]');
    if (search === null) throw new Error('no search');
    search.value = 'lexer';
    search.dispatchEvent(new Event('input'));
    await until(() => page.textContent?.includes('No fact of the log matches') ?? false, 'the empty state');
    button('Show all facts').click();
    await until(() => rows().length === 2, 'all rows again');
  });

  it('is emptied by Clear, shows new facts, and can bring the old ones back', async () => {
    notifier.appendAt(Date.now() - 60_000, [nodeAdded('a')]);
    await show();
    await until(() => rows().length === 1, 'a row');
    button('Clear').click();
    await until(() => page.textContent?.includes('Cleared.') ?? false, 'the cleared state');
    saved(nodeAdded('b'));
    await until(() => rows().length === 1, 'the new fact');
    expect(rows()).toEqual(['b']);
    button('Clear').click();
    await until(() => rows().length === 0, 'cleared again');
    button('Bring back').click();
    await until(() => rows().length === 2, 'both facts');
  });

  it('moves with j and k, opens with Enter, and closes with Esc', async () => {
    saved(nodeAdded('a'), nodeAdded('b'), nodeAdded('c'));
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
    saved(nodeAdded('a'));
    await show();
    await until(() => rows().length === 1, 'a row');
    const seq = page.querySelector('gt-event-row .seq');
    expect(seq?.textContent).toBe('#1');
    expect(seq?.getAttribute('title')).toContain(notifier.head);
  });

  const search = (text?: string): HTMLInputElement => {
    const field = page.querySelector<HTMLInputElement>('input[type="search"]')!;
    if (text !== undefined) {
      field.value = text;
      field.dispatchEvent(new Event('input'));
    }
    return field;
  };

  it('empties the filter, and not only its field, on Esc; a second one leaves the field', async () => {
    saved(nodeAdded('parse'), nodeAdded('print'));
    await show('/?q=parse');
    await until(() => rows().length === 1, 'the filter');
    document.body.append(page);
    search().focus();
    search().dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
    await until(() => rows().length === 2, 'all rows');
    expect(search().value).toBe('');
    expect(document.activeElement).toBe(search());
    await until(() => TestBed.inject(Router).url === '/', 'the address');
    search().dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
    expect(document.activeElement).toBe(document.body);
  });

  it('asks the log for what matches and is not loaded, and says how far it looked', async () => {
    saved(nodeDeleted('old'), ...Array.from({ length: 250 }, (_, n) => nodeAdded(`n${String(n)}`)));
    await show('/?types=node_deleted');
    await until(() => rows()[0] === 'old', 'the fact that only the log holds');
    expect(page.textContent).toContain('1 of the facts in all of the log');
  });

  it('reads older facts on request, without a filter', async () => {
    saved(...Array.from({ length: 250 }, (_, n) => nodeAdded(`n${String(n)}`)));
    await show();
    await until(() => page.textContent?.includes('200 facts since #51') ?? false, 'the newest facts');
    button('Look further back').click();
    await until(() => page.textContent?.includes('250 facts in all of the log') ?? false, 'all');
  });

  it('says why a fact that the address names is not there', async () => {
    saved(nodeAdded('a'));
    await show('/?fact=garbage');
    await until(() => page.textContent?.includes('which is not an offset') ?? false, 'the reason');
    button('Show the newest facts').click();
    await until(() => TestBed.inject(Router).url === '/', 'the address');
  });

  it('shows an old fact that only the log holds', async () => {
    saved(...Array.from({ length: 250 }, (_, n) => nodeAdded(`n${String(n)}`)));
    await show(`/?fact=${at(3)}`);
    await until(() => page.querySelector('gt-fact-detail pre')?.textContent?.includes('n2') ?? false, 'the fact');
  });

  it('makes an entry of the history when a fact is opened, so that Back closes it', async () => {
    saved(nodeAdded('a'), nodeAdded('b'));
    await show('/?graph=g');
    TestBed.inject(Router).setUpLocationChangeListener();
    await until(() => rows().length === 2, 'rows');
    page.querySelector<HTMLElement>('gt-event-row .name')?.click();
    await until(() => TestBed.inject(Router).url.includes('fact='), 'the address');
    expect(page.querySelector('gt-fact-detail')).not.toBeNull();
    TestBed.inject(Location).back();
    await until(() => page.querySelector('gt-fact-detail') === null, 'the fact to close');
    expect(TestBed.inject(Router).url).toBe('/?graph=g');
  });

  it('keeps a row in sight that is opened at the bottom', async () => {
    document.body.append(page);
    saved(...Array.from({ length: 60 }, (_, n) => nodeAdded(`n${String(n)}`)));
    await show();
    document.body.append(page);
    await until(() => rows().length > 5, 'rows');
    const list = page.querySelector('.rows')!;
    const last = [...page.querySelectorAll<HTMLElement>('gt-event-row')].findLast(
      (row) => row.getBoundingClientRect().bottom <= list.getBoundingClientRect().bottom,
    )!;
    const id = last.id;
    last.click();
    const isInSight = (): boolean => {
      const row = document.getElementById(id)?.getBoundingClientRect();
      const frame = list.getBoundingClientRect();
      return row !== undefined && row.top >= frame.top - 1 && row.bottom <= frame.bottom + 1;
    };
    await until(() => page.querySelector('gt-fact-detail') !== null && isInSight(), 'the row in sight');
  });

  it('moves no row when new facts begin to wait', async () => {
    saved(nodeAdded('a'), nodeAdded('b'));
    await show();
    document.body.append(page);
    await until(() => rows().length === 2, 'rows');
    point('pointerenter');
    const top = page.querySelector('gt-event-row')!.getBoundingClientRect().top;
    saved(nodeAdded('c'));
    await until(() => page.querySelector('.waiting') !== null, 'what waits');
    expect(page.querySelector('gt-event-row')!.getBoundingClientRect().top).toBe(top);
  });

  it('shows a save as one line, which opens', async () => {
    notifier.append(nodeAdded('a', 'src/point.ts'), nodeAdded('b', 'src/point.ts'));
    await show();
    await until(() => page.querySelector('gt-burst-row') !== null, 'the save');
    expect(page.querySelector('gt-burst-row')?.textContent).toContain('+2 functions');
    expect(rows()).toEqual([]);
    page.querySelector<HTMLElement>('gt-burst-row')!.click();
    await until(() => rows().join() === 'b,a', 'its facts');
    page.querySelector<HTMLElement>('gt-burst-row')!.click();
    await until(() => rows().length === 0, 'to be closed');
  });
});
