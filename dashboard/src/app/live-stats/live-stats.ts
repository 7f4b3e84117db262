import { Component, computed, inject } from '@angular/core';
import { LucideActivity, LucideX } from '@lucide/angular';
import { Clock } from '../format/clock.ts';
import { milliseconds, rate, short, UNKNOWN, whole } from '../format/numbers.ts';
import { absolute, ago, timeOfDay } from '../format/time.ts';
import type { Totals } from '../live/counts.ts';
import { Live } from '../live/live.ts';
import { wordsForChange } from '../live/log-change.ts';
import { Sparkline } from '../look/sparkline.ts';
import { Figure } from './figure.ts';

/** A reconnect takes less than this, so a restart shows no message. In ms. */
const OFFLINE_SHOWS_AFTER_MS = 3000;

/** The state of the stream and of the graph in six figures. */
@Component({
  selector: 'gt-live-stats',
  imports: [Figure, LucideActivity, LucideX, Sparkline],
  templateUrl: './live-stats.html',
  styleUrl: './live-stats.css',
})
export class LiveStats {
  protected readonly live = inject(Live);
  readonly #clock = inject(Clock);

  protected readonly loading = computed(() => this.live.connection().kind === 'connecting' && this.live.cursor() === undefined);
  protected readonly nodes = computed(() => short(this.live.totals()?.nodes));
  protected readonly relationships = computed(() => short(this.live.totals()?.relationships));
  protected readonly received = computed(() => short(this.live.received()));
  protected readonly rate = computed(() => rate(this.live.rate()));
  protected readonly roundTrip = computed(() => milliseconds(this.live.roundTripMs()));
  protected readonly nodesGrown = computed(() => this.#grown('nodes'));
  protected readonly relationshipsGrown = computed(() => this.#grown('relationships'));
  /** A difference is nobody's daily bread: it is said in full, with what to do. */
  protected readonly difference = computed(() => {
    const proof = this.live.proof();
    if (proof === undefined || proof.agrees) return '';
    const how =
      proof.count === proof.held
        ? `${whole(proof.count)} facts, as many as the log has there, but different ones`
        : `${whole(proof.count)} facts, but the log has ${whole(proof.held)}`;
    return `What this page received differs from the log: ${how}. The figures may be wrong; the log is right.`;
  });
  protected readonly change = computed(() => {
    const change = this.live.logChange();
    return change === undefined ? '' : wordsForChange(change);
  });
  protected readonly changedAt = computed(() => {
    const change = this.live.logChange();
    return change === undefined ? '' : timeOfDay(change.at);
  });
  protected readonly changedAtHint = computed(() => absolute(this.live.logChange()?.at ?? 0));
  protected readonly canPing = computed(() => this.live.connection().kind === 'live' && this.live.transport() === 'websocket');

  protected readonly lastFact = computed(() => {
    const at = this.live.lastFactAt();
    return at === undefined ? UNKNOWN : ago(at, this.#clock.now());
  });
  protected readonly lastFactUnit = computed(() => (/\d/.test(this.lastFact()) ? 'ago' : ''));
  protected readonly lastFactHint = computed(() => {
    const at = this.live.lastFactAt();
    return at === undefined ? 'No fact has been received yet' : `The newest fact is from ${absolute(at)}`;
  });
  /** What happened, what was kept, what to do: said once there is something to say. */
  protected readonly trouble = computed(() => {
    const connection = this.live.connection();
    if (connection.kind === 'refused' && connection.code === 'UNAUTHORIZED') return ''; // the panel that asks for a token says why
    if (connection.kind === 'refused') return `${connection.message}. The figures are the last ones received.`;
    const since = this.live.offlineSince();
    if (since === undefined || this.#clock.now() - since < OFFLINE_SHOWS_AFTER_MS) return '';
    return 'No connection to the notifier. The received facts are kept, and the stream continues there as soon as the notifier answers.';
  });
  protected readonly receivedHint = computed(() => `Facts received by this page since ${absolute(this.live.openedAt())}`);
  protected readonly grownHint = computed(() => `Since this page was opened, ${absolute(this.live.openedAt())}`);
  protected readonly totalsHint = computed(() => `As of ${this.live.totalsAsOf() ?? 'an offset not known yet'}`);

  #grown(kind: keyof Totals): string {
    const now = this.live.totals();
    const first = this.live.totalsAtFirst();
    if (now === undefined || first === undefined || now[kind] === first[kind]) return '';
    const grown = now[kind] - first[kind];
    return `${grown > 0 ? '+' : '−'}${whole(Math.abs(grown))}`;
  }
}
