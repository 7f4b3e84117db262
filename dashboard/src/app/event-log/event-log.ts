import { Clipboard } from '@angular/cdk/clipboard';
import { CdkFixedSizeVirtualScroll, CdkVirtualForOf, CdkVirtualScrollViewport } from '@angular/cdk/scrolling';
import { Location } from '@angular/common';
import {
  Component,
  DestroyRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  linkedSignal,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';
import { seqOf, type EventType, type Fact } from '@graphtail/facts';
import { LucideArrowUp, LucideEraser, LucideSearch } from '@lucide/angular';
import { API } from '../api/api.ts';
import { Clock } from '../format/clock.ts';
import { whole } from '../format/numbers.ts';
import { Live } from '../live/live.ts';
import { FACTS_KEPT } from '../live/recent-facts.ts';
import { BurstRow } from './burst-row.ts';
import { rowsOf, single, type Row } from './bursts.ts';
import { EventRow } from './event-row.ts';
import { FactDetail } from './fact-detail.ts';
import { isAll, matcherOf, mistakeIn, typesFromText, typesToText, type Filter } from './filter.ts';
import { linkedFact, type Linked } from './linked-fact.ts';
import { OlderFacts } from './older-facts.ts';
import { TypeFilter } from './type-filter.ts';

const ROW_PX = 28;
const TYPED_MS = 300;

/**
 * The newest facts, newest on top, those of one save on one line. Nothing moves under the pointer: while the list is hovered, scrolled
 * or a fact is selected it stands still, and what is new waits behind a button that counts it. Older facts are read from the log.
 */
@Component({
  selector: 'gt-event-log',
  imports: [
    BurstRow,
    CdkFixedSizeVirtualScroll,
    CdkVirtualForOf,
    CdkVirtualScrollViewport,
    EventRow,
    FactDetail,
    LucideArrowUp,
    LucideEraser,
    LucideSearch,
    TypeFilter,
  ],
  templateUrl: './event-log.html',
  styleUrl: './event-log.css',
  host: { '(document:keydown)': 'key($event)' },
})
export class EventLog {
  protected readonly live = inject(Live);
  protected readonly clock = inject(Clock);
  readonly #api = inject(API);
  readonly #router = inject(Router);
  readonly #route = inject(ActivatedRoute);
  readonly #location = inject(Location);
  readonly #clipboard = inject(Clipboard);
  readonly #injector = inject(Injector);

  protected readonly rowPx = ROW_PX;
  private readonly viewport = viewChild(CdkVirtualScrollViewport);
  readonly #query = toSignal(this.#route.queryParamMap, { initialValue: this.#route.snapshot.queryParamMap });

  /** The address has the filter and the opened fact. Typed text is written to it a moment later. */
  protected readonly text = linkedSignal(() => this.#query().get('q') ?? '');
  protected readonly types = linkedSignal<ReadonlySet<EventType>>(() => typesFromText(this.#query().get('types') ?? undefined));
  protected readonly opened = linkedSignal<string | undefined>(() => this.#query().get('fact') ?? undefined);
  /** The row that the keys are on: a fact's offset, or a save's name. */
  protected readonly selected = linkedSignal<string | undefined, string | undefined>({
    source: this.opened,
    computation: (opened, before) => opened ?? before?.value,
  });
  readonly #filter = computed<Filter>(() => ({ types: this.types(), text: this.text() }));
  protected readonly filtering = computed(() => !isAll(this.#filter()));
  protected readonly mistake = computed(() => mistakeIn(this.#filter()));
  readonly #matches = computed(() => matcherOf(this.#filter()));

  readonly #hovered = signal(false);
  readonly #scrolled = signal(false);
  protected readonly copied = signal('');
  readonly #expanded = signal<ReadonlySet<string>>(new Set());
  /** Whether opening a fact made an entry of the browser's history, which closing it takes back. */
  #hasEntry = false;
  /** Facts up to this seq were cleared from the list; another graph, or another log of it, starts with a full one. */
  readonly #clearedThrough = linkedSignal({ source: this.live.reading, computation: () => 0 });
  protected readonly cleared = computed(() => this.#clearedThrough() > 0);

  protected readonly holding = computed(() => this.#hovered() || this.#scrolled() || this.selected() !== undefined);
  /** What is shown while the list does not change. */
  readonly #held = linkedSignal<{ holding: boolean; facts: readonly Fact[] | undefined }, readonly Fact[] | undefined>({
    // The fact that the address names may not have been read yet.
    source: () => ({ holding: this.holding() && this.live.followed(), facts: this.live.facts() }),
    computation: (now, before) => {
      const keep = now.holding && now.facts !== undefined && before?.source.holding === true && before.value !== undefined;
      return keep ? before.value : now.facts;
    },
  });
  readonly #search = new OlderFacts(this.#api);
  protected readonly older = this.#search.state;

  readonly #facts = computed(() => [...this.#matching(this.#held()), ...(this.cleared() ? [] : this.older().facts)]);
  protected readonly rows = computed<readonly Row[]>(() => {
    // Who filters looks for facts, not for saves.
    if (this.filtering()) return this.#facts().map((fact) => single(fact, false));
    const expanded = this.#expanded();
    const opened = this.opened();
    const holdsOpened = (facts: readonly Fact[]): boolean => opened !== undefined && facts.some(({ offset }) => offset === opened);
    return rowsOf(this.#facts(), ({ id, facts }) => expanded.has(id) || holdsOpened(facts));
  });
  protected readonly waiting = computed(() => {
    const newest = this.#held()?.[0];
    const facts = this.live.facts();
    if (!this.holding() || facts === undefined || facts === this.#held()) return 0;
    const since = newest === undefined ? 0 : seqOf(newest.offset);
    // Without a filter the offsets give the number, even for more facts than are kept.
    if (!this.filtering() && facts[0] !== undefined && newest !== undefined) return seqOf(facts[0].offset) - since;
    return this.#matching(facts.filter((fact) => seqOf(fact.offset) > since)).length;
  });
  protected readonly waitingText = computed(() => `${whole(this.waiting())}${this.waiting() >= FACTS_KEPT ? '+' : ''} new`);
  /** The oldest seq that the list was made from. */
  readonly #since = computed(() => {
    const oldest = this.#held()?.at(-1);
    return this.older().from ?? (oldest === undefined ? undefined : seqOf(oldest.offset));
  });
  /** The list was made from all that the log holds. */
  protected readonly isAll = computed(() => this.older().isAll || this.#since() === 1);
  protected readonly reach = computed(() => {
    const since = this.#since();
    if (since === undefined) return '';
    const shown = this.#facts().length;
    const where = this.isAll() ? 'in all of the log' : `since #${whole(since)}`;
    return this.filtering() ? `${whole(shown)} of the facts ${where}` : `${whole(shown)} facts ${where}`;
  });
  protected readonly canLook = computed(
    () => !this.cleared() && !this.isAll() && this.#since() !== undefined && this.mistake() === undefined,
  );

  readonly #linked = signal<{ readonly at: string; readonly result: Linked } | undefined>(undefined);
  protected readonly openedFact = computed(() => {
    const at = this.opened();
    if (at === undefined) return undefined;
    const linked = this.#linked();
    return this.#loaded(at) ?? (linked?.at === at && linked.result.kind === 'found' ? linked.result.fact : undefined);
  });
  protected readonly missing = computed(() => {
    const linked = this.#linked();
    return linked !== undefined && linked.at === this.opened() && linked.result.kind === 'missing' ? linked.result.why : undefined;
  });
  protected readonly activeRow = computed(() => (this.selected() === undefined ? null : `row-${this.selected() ?? ''}`));

  constructor() {
    let timer: ReturnType<typeof setTimeout> | undefined;
    effect(() => {
      const queryParams = { q: this.text().trim() || null, types: typesToText(this.types()) ?? null };
      clearTimeout(timer);
      timer = setTimeout(() => {
        void this.#toAddress(queryParams, true);
        if (this.filtering()) this.look();
      }, TYPED_MS);
    });
    effect(() => {
      this.#filter();
      this.live.reading();
      untracked(() => this.#search.forget());
    });
    effect(() => {
      const at = this.opened();
      const graph = this.live.graph();
      if (at === undefined) this.#hasEntry = false;
      else if (graph !== undefined && this.live.followed() && untracked(() => this.#loaded(at)) === undefined) void this.#link(graph, at);
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(timer));
  }

  protected byId(this: void, _index: number, row: Row): string {
    return row.id;
  }

  protected hover(inside: boolean, event: PointerEvent): void {
    if (event.pointerType === 'mouse') this.#hovered.set(inside);
  }

  protected scroll(): void {
    this.#scrolled.set((this.viewport()?.measureScrollOffset('top') ?? 0) > 0);
  }

  /** Shows what is new, and lets the list run again unless the pointer still rests on it. */
  protected showNew(): void {
    this.close();
    this.selected.set(undefined);
    this.viewport()?.scrollToOffset(0);
    this.#scrolled.set(false);
    this.#held.set(this.live.facts());
  }

  protected clear(): void {
    const newest = this.live.facts()?.[0];
    if (newest !== undefined) this.#clearedThrough.set(seqOf(newest.offset));
    this.showNew();
  }

  protected bringBack(): void {
    this.#clearedThrough.set(0);
  }

  protected resetFilter(): void {
    this.text.set('');
    this.types.set(new Set());
  }

  /** Reads what the log holds before what is listed. */
  protected look(): void {
    const graph = this.live.graph();
    const before = this.#since();
    if (graph !== undefined && before !== undefined && this.canLook()) void this.#search.look(graph, this.#filter(), before);
  }

  protected click(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const offset = event.target.closest('[data-offset]')?.getAttribute('data-offset');
    if (offset) {
      this.copy(offset);
      return;
    }
    const id = event.target.closest('[data-row]')?.getAttribute('data-row') ?? undefined;
    const row = this.rows().find((each) => each.id === id);
    if (row?.kind === 'burst') this.#toggle(row.id);
    else if (row !== undefined && this.opened() === row.id) this.showList();
    else if (row !== undefined) this.#open(row.id);
  }

  protected copy(offset: string): void {
    if (!this.#clipboard.copy(offset)) return;
    this.copied.set(offset);
    setTimeout(() => this.copied.set(''), 1500);
  }

  protected close(): void {
    if (this.opened() === undefined) return;
    this.opened.set(undefined);
    if (this.#hasEntry) this.#location.back();
    else void this.#toAddress({ fact: null }, true);
    this.#hasEntry = false;
  }

  protected showList(): void {
    this.close();
    this.selected.set(undefined);
  }

  protected key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest('dialog') !== null) return;
    const field = event.target instanceof Element && event.target.closest('input, textarea, select') !== null;
    if (event.key === 'Escape') this.#escape(event, field ? (event.target as HTMLElement) : undefined);
    else if (event.key === 'Enter' && event.target === this.#field()) this.#focusList();
    else if (field || !this.#onScreen()) return;
    else if (event.key === 'j' || (event.key === 'ArrowDown' && this.#focused(event))) this.#move(1);
    else if (event.key === 'k' || (event.key === 'ArrowUp' && this.#focused(event))) this.#move(-1);
    else if (event.key === 'Enter' && this.#focusedOrNowhere(event)) this.#enter();
    else if (event.key === 'c' && this.selected() !== undefined) this.copy((this.selected() ?? '').replace('save-', ''));
    else if (event.key === '/') this.#field()?.focus();
    else return;
    if (event.key !== 'Escape') event.preventDefault();
  }

  /** In the filter, Esc empties it; in an empty one, and elsewhere, it lets go of one thing after the other. */
  #escape(event: KeyboardEvent, field: HTMLElement | undefined): void {
    if (field === this.#field() && this.text() !== '') {
      event.preventDefault();
      this.text.set('');
    } else if (field !== undefined) field.blur();
    else if (this.opened() !== undefined) this.close();
    else if (this.selected() !== undefined) this.selected.set(undefined);
    else if (this.#scrolled()) this.showNew();
  }

  #enter(): void {
    const row = this.rows().find(({ id }) => id === this.selected());
    if (row?.kind === 'burst') this.#toggle(row.id);
    else if (row !== undefined) this.#open(row.id);
  }

  #toggle(burst: string): void {
    const expanded = new Set(this.#expanded());
    if (!expanded.delete(burst)) expanded.add(burst);
    this.#expanded.set(expanded);
    this.selected.set(burst);
  }

  /** Back closes the fact, and does not leave the page. */
  #open(fact: string): void {
    const isFirst = this.opened() === undefined;
    this.opened.set(fact);
    if (isFirst) this.#hasEntry = true;
    void this.#toAddress({ fact }, !isFirst);
    this.#keepInSight(fact);
  }

  #move(step: 1 | -1): void {
    const rows = this.rows();
    if (rows.length === 0) return;
    const at = rows.findIndex(({ id }) => id === this.selected());
    const next = at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + step));
    const row = rows[next];
    if (row === undefined) return;
    // With the focus on the list a screen reader reads the row that is walked to.
    this.#focusList();
    if (this.opened() !== undefined && row.kind === 'fact') this.#open(row.id);
    this.selected.set(row.id);
    this.#reveal(next);
  }

  /** The panel of the fact makes the list shorter: its row could be below the edge then. */
  #keepInSight(id: string): void {
    afterNextRender(
      () => {
        this.viewport()?.checkViewportSize();
        this.#reveal(this.rows().findIndex((row) => row.id === id));
      },
      { injector: this.#injector },
    );
  }

  #reveal(index: number): void {
    const viewport = this.viewport();
    if (viewport === undefined || index < 0) return;
    const top = viewport.measureScrollOffset('top');
    const height = viewport.getViewportSize();
    if (index * ROW_PX < top) viewport.scrollToOffset(index * ROW_PX);
    else if ((index + 1) * ROW_PX > top + height) viewport.scrollToOffset((index + 1) * ROW_PX - height);
  }

  #matching(facts: readonly Fact[] | undefined): readonly Fact[] {
    if (facts === undefined) return [];
    const after = this.#clearedThrough();
    if (!this.filtering() && after === 0) return facts;
    const matches = this.#matches();
    return facts.filter((fact) => seqOf(fact.offset) > after && matches(fact));
  }

  #loaded(at: string): Fact | undefined {
    return this.#held()?.find(({ offset }) => offset === at) ?? this.older().facts.find(({ offset }) => offset === at);
  }

  async #link(graph: string, at: string): Promise<void> {
    const result = await linkedFact(this.#api, graph, at);
    if (this.opened() === at) this.#linked.set({ at, result });
  }

  #onScreen(): boolean {
    return (this.#field()?.offsetParent ?? null) !== null;
  }

  #field(): HTMLInputElement | null {
    return document.querySelector<HTMLInputElement>('#event-log-search');
  }

  #focusList(): void {
    this.viewport()?.elementRef.nativeElement.focus({ preventScroll: true });
  }

  #focused(event: KeyboardEvent): boolean {
    return event.target instanceof Element && event.target.closest('.rows') !== null;
  }

  #focusedOrNowhere(event: KeyboardEvent): boolean {
    return event.target === document.body || this.#focused(event);
  }

  async #toAddress(queryParams: Record<string, string | null>, replaceUrl: boolean): Promise<void> {
    const now = untracked(this.#query);
    if (Object.entries(queryParams).every(([name, value]) => now.get(name) === value)) return;
    await this.#router.navigate([], { relativeTo: this.#route, queryParams, queryParamsHandling: 'merge', replaceUrl });
  }
}
