import { Component, DestroyRef, computed, effect, inject, linkedSignal, signal, untracked, viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';
import type { Consumer } from '@graphtail/client';
import { LucideArrowDown, LucideArrowUp } from '@lucide/angular';
import { Session } from '../access/session.ts';
import { API, reasonOf } from '../api/api.ts';
import { Clock } from '../format/clock.ts';
import { short, UNKNOWN, whole } from '../format/numbers.ts';
import { absolute, ago, lasting } from '../format/time.ts';
import { seqText } from '../live/connection.ts';
import { Live } from '../live/live.ts';
import { COLUMNS, sorted, sortFromText, sortToText, type Sort, type SortKey } from './consumer-rows.ts';
import { ForgetDialog } from './forget-dialog.ts';
import { SeekDialog } from './seek-dialog.ts';

const EVERY_MS = 2_000;

/** Who reads the log: every session and every durable cursor, worst first, with what an operator can do about it. */
@Component({
  selector: 'gt-consumers',
  imports: [ForgetDialog, LucideArrowDown, LucideArrowUp, SeekDialog],
  templateUrl: './consumers.html',
  styleUrl: './consumers.css',
})
export class Consumers {
  readonly #api = inject(API);
  readonly #live = inject(Live);
  readonly #clock = inject(Clock);
  readonly #router = inject(Router);
  readonly #route = inject(ActivatedRoute);
  readonly #session = inject(Session);
  readonly #query = toSignal(this.#route.queryParamMap, { initialValue: this.#route.snapshot.queryParamMap });
  private readonly seekDialog = viewChild.required(SeekDialog);
  private readonly forgetDialog = viewChild.required(ForgetDialog);

  protected readonly columns = COLUMNS;
  protected readonly sort = linkedSignal<Sort>(() => sortFromText(this.#query().get('sort')));
  readonly #consumers = signal<readonly Consumer[] | undefined>(undefined);
  protected readonly error = signal<string | undefined>(undefined);
  protected readonly forbidden = computed(() => this.#session.forbids('operate'));
  protected readonly rows = computed(() => {
    const consumers = this.#consumers();
    return consumers && sorted(consumers, this.sort());
  });
  protected readonly count = computed(() => {
    const consumers = this.#consumers() ?? [];
    const behind = consumers.filter(({ lag }) => (lag ?? 0) > 0).length;
    return `${whole(consumers.length)} in all, ${behind === 0 ? 'none behind' : `${whole(behind)} behind`}`;
  });
  protected readonly whole = whole;
  protected readonly short = short;
  protected readonly seqText = seqText;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    effect(() => {
      const graph = this.#live.graph();
      this.#consumers.set(undefined);
      if (graph !== undefined) untracked(() => void this.refresh());
    });
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    });
  }

  protected async refresh(): Promise<void> {
    const graph = this.#live.graph();
    clearTimeout(this.#timer);
    const timer = setTimeout(() => void this.refresh(), EVERY_MS);
    this.#timer = timer;
    if (graph === undefined || (document.hidden && this.#consumers() !== undefined)) return;
    try {
      const consumers = await this.#api.consumers({ graph });
      if (graph !== this.#live.graph()) return;
      this.#consumers.set(consumers);
      this.error.set(undefined);
    } catch (error) {
      this.error.set(reasonOf(error, 'The consumers could not be read'));
    }
  }

  protected async sortBy(by: SortKey): Promise<void> {
    const { by: now, isDown } = this.sort();
    const isNumber = COLUMNS.find(({ key }) => key === by)?.isNumber === true;
    const next = { by, isDown: by === now ? !isDown : isNumber };
    this.sort.set(next);
    await this.#router.navigate([], {
      relativeTo: this.#route,
      queryParams: { sort: sortToText(next) },
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }

  protected ariaSort(key: SortKey): 'ascending' | 'descending' | null {
    const { by, isDown } = this.sort();
    if (by !== key) return null;
    return isDown ? 'descending' : 'ascending';
  }

  protected key({ id, name }: Consumer): string {
    return id ?? name ?? '';
  }

  protected what({ filters, transport }: Consumer): string {
    const parts = [transport, ...(filters?.types.length ? [`${whole(filters.types.length)} types`] : []), filters?.path];
    return parts.filter((part) => part !== undefined).join(' · ');
  }

  protected behind({ lag_seconds: seconds }: Consumer): string {
    return seconds === undefined ? UNKNOWN : seconds === 0 ? '0 s' : lasting(seconds * 1000);
  }

  protected since({ connected_at: at }: Consumer): string {
    return at === undefined ? 'not connected' : ago(Date.parse(at), this.#clock.now());
  }

  protected sinceHint({ connected_at: at }: Consumer): string {
    return at === undefined ? 'A durable cursor without a session' : `Connected ${absolute(Date.parse(at))}`;
  }

  protected seek(consumer: Consumer): void {
    this.seekDialog().open(consumer);
  }

  protected forget(consumer: Consumer): void {
    this.forgetDialog().open(consumer);
  }
}
