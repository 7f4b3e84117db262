import { Clipboard } from '@angular/cdk/clipboard';
import { CdkFixedSizeVirtualScroll, CdkVirtualForOf, CdkVirtualScrollViewport } from '@angular/cdk/scrolling';
import { Component, DestroyRef, computed, effect, inject, linkedSignal, signal, untracked, viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';
import { seqOf, type EventType, type Fact } from '@graphtail/facts';
import { LucideArrowUp, LucideEraser, LucideSearch } from '@lucide/angular';
import { Clock } from '../format/clock.ts';
import { whole } from '../format/numbers.ts';
import { Live } from '../live/live.ts';
import { FACTS_KEPT } from '../live/recent-facts.ts';
import { EventRow } from './event-row.ts';
import { FactDetail } from './fact-detail.ts';
import { isAll, matches, typesFromText, typesToText, type Filter } from './filter.ts';
import { TypeFilter } from './type-filter.ts';

const ROW_PX = 28;

/**
 * The newest facts, newest on top. Nothing moves under the pointer: while the list is hovered or scrolled, or a fact is selected, the list
 * does not change. New facts wait behind a button that counts them.
 */
@Component({
  selector: 'gt-event-log',
  imports: [
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
  readonly #router = inject(Router);
  readonly #route = inject(ActivatedRoute);
  readonly #clipboard = inject(Clipboard);

  protected readonly rowPx = ROW_PX;
  protected readonly kept = whole(FACTS_KEPT);
  private readonly viewport = viewChild(CdkVirtualScrollViewport);
  readonly #query = toSignal(this.#route.queryParamMap, { initialValue: this.#route.snapshot.queryParamMap });

  /** The address has the filter and the opened fact. Typed text is written to it a moment later. */
  protected readonly text = linkedSignal(() => this.#query().get('q') ?? '');
  protected readonly types = linkedSignal<ReadonlySet<EventType>>(() => typesFromText(this.#query().get('types') ?? undefined));
  protected readonly opened = linkedSignal<string | undefined>(() => this.#query().get('fact') ?? undefined);
  protected readonly selected = linkedSignal<string | undefined>(() => this.opened() ?? undefined);
  readonly #filter = computed<Filter>(() => ({ types: this.types(), text: this.text() }));
  protected readonly filtering = computed(() => !isAll(this.#filter()));

  readonly #hovered = signal(false);
  readonly #scrolled = signal(false);
  protected readonly copied = signal('');
  /** Facts up to this seq were cleared from the list. Another graph, or another log of it, starts with a full list. */
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

  protected readonly visible = computed(() => this.#matching(this.#held()));
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
  protected readonly openedFact = computed(() => this.#held()?.find((fact) => fact.offset === this.opened()));
  protected readonly activeRow = computed(() => (this.selected() === undefined ? null : `fact-${this.selected() ?? ''}`));

  constructor() {
    let timer: ReturnType<typeof setTimeout> | undefined;
    effect(() => {
      const queryParams = { q: this.text().trim() || null, types: typesToText(this.types()) ?? null, fact: this.opened() ?? null };
      clearTimeout(timer);
      timer = setTimeout(() => void this.#toAddress(queryParams), 300);
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(timer));
  }

  protected byOffset(this: void, _index: number, fact: Fact): string {
    return fact.offset;
  }

  protected hover(inside: boolean, event: PointerEvent): void {
    if (event.pointerType === 'mouse') this.#hovered.set(inside);
  }

  protected scroll(): void {
    this.#scrolled.set((this.viewport()?.measureScrollOffset('top') ?? 0) > 0);
  }

  /** Shows what is new, and lets the list run again unless the pointer still rests on it. */
  protected showNew(): void {
    this.selected.set(undefined);
    this.opened.set(undefined);
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

  protected click(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const offset = event.target.closest('[data-offset]')?.getAttribute('data-offset');
    if (offset) {
      this.copy(offset);
      return;
    }
    const row = event.target.closest('[data-fact]')?.getAttribute('data-fact') ?? undefined;
    if (row === undefined) return;
    const again = this.opened() === row;
    this.opened.set(again ? undefined : row);
    this.selected.set(again ? undefined : row);
  }

  protected copy(offset: string): void {
    if (!this.#clipboard.copy(offset)) return;
    this.copied.set(offset);
    setTimeout(() => this.copied.set(''), 1500);
  }

  protected close(): void {
    this.opened.set(undefined);
  }

  protected key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest('dialog') !== null) return;
    const field = event.target instanceof Element && event.target.closest('input, textarea, select') !== null;
    if (event.key === 'Escape') this.#escape(field ? (event.target as HTMLElement) : undefined);
    else if (field || !this.#onScreen()) return;
    else if (event.key === 'j' || (event.key === 'ArrowDown' && this.#focused(event))) this.#move(1);
    else if (event.key === 'k' || (event.key === 'ArrowUp' && this.#focused(event))) this.#move(-1);
    else if (event.key === 'Enter' && this.selected() !== undefined && this.#focusedOrNowhere(event)) this.opened.set(this.selected());
    else if (event.key === 'c' && this.selected() !== undefined) this.copy(this.selected() ?? '');
    else if (event.key === '/') this.#focusSearch();
    else return;
    if (event.key !== 'Escape') event.preventDefault();
  }

  #escape(field: HTMLElement | undefined): void {
    if (field !== undefined) field.blur();
    else if (this.opened() !== undefined) this.opened.set(undefined);
    else if (this.selected() !== undefined) this.selected.set(undefined);
    else if (this.#scrolled()) this.showNew();
  }

  #move(step: 1 | -1): void {
    const rows = this.visible();
    if (rows.length === 0) return;
    const at = rows.findIndex((fact) => fact.offset === this.selected());
    const next = at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + step));
    const fact = rows[next];
    if (fact === undefined) return;
    // With the focus on the list a screen reader reads the row that is walked to.
    this.viewport()?.elementRef.nativeElement.focus({ preventScroll: true });
    const wasOpen = this.opened() !== undefined;
    this.selected.set(fact.offset);
    if (wasOpen) {
      this.opened.set(fact.offset);
      this.selected.set(fact.offset);
    }
    this.#reveal(next);
  }

  #reveal(index: number): void {
    const viewport = this.viewport();
    if (viewport === undefined) return;
    const top = viewport.measureScrollOffset('top');
    const height = viewport.getViewportSize();
    if (index * ROW_PX < top) viewport.scrollToOffset(index * ROW_PX);
    else if ((index + 1) * ROW_PX > top + height) viewport.scrollToOffset((index + 1) * ROW_PX - height);
  }

  #matching(facts: readonly Fact[] | undefined): readonly Fact[] {
    if (facts === undefined) return [];
    const filter = this.#filter();
    const after = this.#clearedThrough();
    if (isAll(filter) && after === 0) return facts;
    return facts.filter((fact) => seqOf(fact.offset) > after && matches(fact, filter));
  }

  #onScreen(): boolean {
    return (this.#search()?.offsetParent ?? null) !== null;
  }

  #search(): HTMLInputElement | null {
    return document.querySelector<HTMLInputElement>('#event-log-search');
  }

  #focusSearch(): void {
    this.#search()?.focus();
  }

  #focused(event: KeyboardEvent): boolean {
    return event.target instanceof Element && event.target.closest('.rows') !== null;
  }

  #focusedOrNowhere(event: KeyboardEvent): boolean {
    return event.target === document.body || this.#focused(event);
  }

  async #toAddress(queryParams: Record<string, string | null>): Promise<void> {
    const now = untracked(this.#query);
    if (Object.entries(queryParams).every(([name, value]) => now.get(name) === value)) return;
    await this.#router.navigate([], { relativeTo: this.#route, queryParams, queryParamsHandling: 'merge', replaceUrl: true });
  }
}
