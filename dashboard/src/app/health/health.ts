import { Clipboard } from '@angular/cdk/clipboard';
import { Component, DestroyRef, computed, effect, inject, signal, untracked } from '@angular/core';
import type { Bounds } from '@graphtail/client';
import { seqOf } from '@graphtail/facts';
import { LucideArrowRight, LucideCopy } from '@lucide/angular';
import { API, reasonOf } from '../api/api.ts';
import { Clock } from '../format/clock.ts';
import { short, UNKNOWN, whole } from '../format/numbers.ts';
import { absolute, ago } from '../format/time.ts';
import { Live } from '../live/live.ts';
import { Sparkline } from '../look/sparkline.ts';
import { HealthFeed } from './health-feed.ts';
import { partsOf, reportOf, verdictOf, type Part } from './health-model.ts';

const LOG_EVERY_MS = 5_000;
const STALE_AFTER_MS = 15_000;

/** Whether every fact gets through: one verdict, the pipeline with the state of each part, and the log behind it. */
@Component({
  selector: 'gt-health',
  imports: [LucideArrowRight, LucideCopy, Sparkline],
  templateUrl: './health.html',
  styleUrl: './health.css',
})
export class Health {
  readonly #api = inject(API);
  readonly #clock = inject(Clock);
  readonly #clipboard = inject(Clipboard);
  readonly #feed = inject(HealthFeed);
  protected readonly live = inject(Live);

  readonly #bounds = signal<Bounds | undefined>(undefined);
  protected readonly boundsError = signal<string | undefined>(undefined);
  protected readonly copied = signal(false);
  readonly #isStale = computed(() => {
    const at = this.#feed.answeredAt();
    return this.#feed.error() !== undefined && (at === undefined || this.#clock.now() - at > STALE_AFTER_MS);
  });
  protected readonly parts = computed<readonly Part[]>(() => {
    const services = this.#feed.answer()?.services;
    const stats = this.live.totals();
    return partsOf(this.#feed.answer(), {
      ingest: numberIn(services?.['ingest'], 'workers', 'worker'),
      redis: this.#bounds() === undefined ? undefined : `${short(this.#bounds()?.facts)} facts`,
      projector: stats === undefined ? undefined : `${short(stats.nodes)} nodes`,
      notifier: numberIn(services?.['notifier'], 'subscribers', 'subscriber'),
    });
  });
  protected readonly verdict = computed(() => verdictOf(this.parts(), this.#isStale()));
  protected readonly asOf = computed(() => {
    const at = this.#feed.answeredAt();
    if (at === undefined) return '';
    const passed = ago(at, this.#clock.now());
    return passed === 'now' ? 'asked just now' : `asked ${passed} ago`;
  });
  protected readonly broken = computed(() => this.parts().filter(({ state }) => state === 'degraded' || state === 'down'));
  protected readonly version = computed(() => this.#feed.answer()?.version ?? UNKNOWN);
  protected readonly log = computed(() => {
    const bounds = this.#bounds();
    return (
      bounds && {
        facts: whole(bounds.facts),
        bytes: bytes(bounds.bytes),
        reach: bounds.facts === 0 ? 'no facts yet' : `#${whole(seqOf(bounds.earliest))} to #${whole(seqOf(bounds.head))}`,
        damage: bounds.damage ?? [],
      }
    );
  });
  /** Newest first. */
  protected readonly epochs = computed(() =>
    [...(this.#bounds()?.epochs ?? [])].reverse().map(({ epoch, prev, opened_at: openedAt, reason }) => ({
      epoch,
      reason: reason.replaceAll('_', ' '),
      from: `#${whole(seqOf(prev) + 1)}`,
      at: absolute(Date.parse(openedAt)),
      passed: ago(Date.parse(openedAt), this.#clock.now()),
    })),
  );
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    effect(() => {
      const graph = this.live.graph();
      this.#bounds.set(undefined);
      if (graph !== undefined) untracked(() => void this.#read());
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
  }

  protected copy(): void {
    if (!this.#clipboard.copy(reportOf(this.#feed.answer(), this.#bounds(), new Date().toISOString()))) return;
    this.copied.set(true);
    setTimeout(() => this.copied.set(false), 1500);
  }

  async #read(): Promise<void> {
    const graph = this.live.graph();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(), LOG_EVERY_MS);
    if (graph === undefined) return;
    try {
      const bounds = await this.#api.log({ graph });
      if (graph === this.live.graph()) this.#bounds.set(bounds);
      this.boundsError.set(undefined);
    } catch (error) {
      this.boundsError.set(reasonOf(error, 'The log could not be read'));
    }
  }
}

function numberIn(service: object | undefined, name: string, one: string): string | undefined {
  const value = (service as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'number' ? `${whole(value)} ${one}${value === 1 ? '' : 's'}` : undefined;
}

function bytes(count: number): string {
  if (count < 1_000_000) return `${(count / 1000).toFixed(1)} kB`;
  return `${(count / 1_000_000).toFixed(1)} MB`;
}
