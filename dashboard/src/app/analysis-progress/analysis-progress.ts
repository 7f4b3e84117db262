import { Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { LucideCircleStop, LucideX } from '@lucide/angular';
import { Session } from '../access/session.ts';
import { API, reasonOf } from '../api/api.ts';
import { Clock } from '../format/clock.ts';
import { whole } from '../format/numbers.ts';
import { absolute, ago, lasting } from '../format/time.ts';
import { wordsForAnalysis } from '../live/analysis.ts';
import { Live } from '../live/live.ts';
import { Mark, type FactKind } from '../look/mark.ts';

/** How long the end of an analysis is shown, in ms. */
export const SHOWN_AFTER_END_MS = 6000;
const FAILURE_IS_NEWS_MS = 60 * 60 * 1000;
/** After this time without progress, the panel says so: ingest may have been stopped. In ms. */
const SILENT_AFTER_MS = 15_000;

/** How far an analysis is, from the facts that it appends. It keeps its place while there is none, so that nothing moves when one begins. */
@Component({
  selector: 'gt-analysis-progress',
  imports: [LucideCircleStop, LucideX, Mark],
  templateUrl: './analysis-progress.html',
  styleUrl: './analysis-progress.css',
})
export class AnalysisProgress {
  readonly #live = inject(Live);
  readonly #api = inject(API);
  readonly #clock = inject(Clock);
  readonly #session = inject(Session);
  protected readonly forbidden = computed(() => this.#session.forbids('operate'));

  readonly #dismissed = signal<string | undefined>(undefined);
  protected readonly cancelling = signal<string | undefined>(undefined);
  protected readonly cancelError = signal<string | undefined>(undefined);

  protected readonly analysis = this.#live.analysis;
  protected readonly shown = computed(() => {
    const analysis = this.analysis();
    if (analysis === undefined || this.#dismissed() === analysis.id) return false;
    if (analysis.outcome === 'running') return true;
    const ended = this.#live.ended();
    if (ended?.analysis.id === analysis.id && analysis.outcome !== 'failed') return this.#clock.now() - ended.toldAt < SHOWN_AFTER_END_MS;
    // A failure stays until it is dismissed or another analysis follows. On load it is shown only if it is recent.
    return analysis.outcome === 'failed' && this.#clock.now() - analysis.lastFactAt < FAILURE_IS_NEWS_MS;
  });
  protected readonly mark = computed<FactKind>(() => {
    const outcome = this.shown() ? this.analysis()?.outcome : undefined;
    if (outcome === undefined) return 'note';
    if (outcome === 'running') return 'progress';
    return outcome === 'completed' ? 'completed' : 'alert';
  });
  /** What is said while there is no analysis under way. */
  protected readonly last = computed(() => {
    const analysis = this.analysis();
    if (analysis === undefined || analysis.outcome === 'running') return 'A saved file is analysed at once.';
    const took = analysis.durationMs === undefined ? '' : ` in ${lasting(analysis.durationMs)}`;
    const passed = ago(analysis.lastFactAt, this.#clock.now());
    return `${wordsForAnalysis(analysis)}${took}, ${passed === 'now' ? 'just now' : `${passed} ago`}`;
  });
  protected readonly percent = computed(() => Math.floor(this.analysis()?.percentage ?? 0));
  protected readonly title = computed(() => {
    const analysis = this.analysis();
    return analysis === undefined ? '' : wordsForAnalysis(analysis);
  });
  protected readonly elapsed = computed(() => {
    const analysis = this.analysis();
    if (analysis?.durationMs !== undefined) return lasting(analysis.durationMs);
    if (analysis?.startedAt === undefined) return '';
    const end = analysis.outcome === 'running' ? Math.max(this.#clock.now(), analysis.lastFactAt) : analysis.lastFactAt;
    return lasting(Math.max(0, end - analysis.startedAt));
  });
  protected readonly elapsedHint = computed(() => {
    const start = this.analysis()?.startedAt;
    return start === undefined ? '' : `Started ${absolute(start)}`;
  });
  protected readonly files = computed(() => {
    const analysis = this.analysis();
    if (analysis === undefined || analysis.filesTotal === 0) return '';
    return `${whole(analysis.filesDone)} of ${whole(analysis.filesTotal)} files`;
  });
  protected readonly silent = computed(() => {
    const analysis = this.analysis();
    if (analysis?.outcome !== 'running') return '';
    const quiet = this.#clock.now() - analysis.lastFactAt;
    return quiet < SILENT_AFTER_MS ? '' : `No progress for ${lasting(quiet)}. An interrupted analysis continues when ingest is back.`;
  });
  protected readonly line = computed(() => {
    const analysis = this.analysis();
    if (analysis === undefined) return '';
    return (analysis.outcome === 'running' ? analysis.message : analysis.reason) ?? '';
  });

  constructor() {
    effect(() => {
      const analysis = this.analysis();
      if (analysis?.outcome !== 'running') untracked(() => this.cancelling.set(undefined));
    });
  }

  protected async cancel(): Promise<void> {
    const graph = this.#live.graph();
    const id = this.analysis()?.id;
    if (graph === undefined || id === undefined) return;
    this.cancelling.set(id);
    this.cancelError.set(undefined);
    try {
      await this.#api.cancel({ graph });
    } catch (error) {
      this.cancelling.set(undefined);
      this.cancelError.set(reasonOf(error, 'The analysis could not be cancelled'));
    }
  }

  protected dismiss(): void {
    this.#dismissed.set(this.analysis()?.id);
  }
}
