import { Component, computed, inject } from '@angular/core';
import { LucideActivity } from '@lucide/angular';
import { Clock } from '../format/clock.ts';
import { milliseconds, rate, short, UNKNOWN } from '../format/numbers.ts';
import { absolute, ago } from '../format/time.ts';
import { seqText } from '../live/connection.ts';
import { Live } from '../live/live.ts';
import { Sparkline } from '../look/sparkline.ts';
import { ConnectionChip } from './connection-chip.ts';
import { Figure } from './figure.ts';

/** The state of the stream and of the graph in six figures. */
@Component({
  selector: 'gt-live-stats',
  imports: [ConnectionChip, Figure, LucideActivity, Sparkline],
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
  protected readonly rate = computed(() => rate(this.live.cursor() === undefined ? undefined : this.live.rates().at(-1)));
  protected readonly roundTrip = computed(() => milliseconds(this.live.roundTripMs()));
  protected readonly asOf = computed(() => seqText(this.live.totalsAsOf()));
  protected readonly canPing = computed(() => this.live.connection().kind === 'live');

  protected readonly lastFact = computed(() => {
    const at = this.live.lastFactAt();
    return at === undefined ? UNKNOWN : ago(at, this.#clock.now());
  });
  protected readonly lastFactUnit = computed(() => (/\d/.test(this.lastFact()) ? 'ago' : ''));
  protected readonly lastFactHint = computed(() => {
    const at = this.live.lastFactAt();
    return at === undefined ? 'No fact has been received yet' : `The newest fact is of ${absolute(at)}`;
  });
  protected readonly receivedHint = computed(() => `Facts received by this page since ${absolute(this.live.openedAt())}`);
  protected readonly totalsHint = computed(() => `As of ${this.live.totalsAsOf() ?? 'an offset not known yet'}`);
}
