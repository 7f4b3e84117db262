import type { AnalysisPhase, NewFact } from '@graphtail/facts';

const MIN_INTERVAL_MS = 100;

/** The percentages at which each phase begins and ends. Within a phase, progress is the share of files that are done. */
const SPANS: Readonly<Record<AnalysisPhase, readonly [from: number, to: number]>> = {
  discovering: [0, 2],
  parsing: [2, 60],
  resolving: [60, 70],
  appending: [70, 100],
};

/** The progress of one analysis as facts: one when a phase begins, and at most ten per second within a phase. */
export class Progress {
  readonly #analysisId: string;
  #lastAt = 0;
  #phase: AnalysisPhase | undefined;

  constructor(analysisId: string) {
    this.#analysisId = analysisId;
  }

  /** A fact, or undefined if the phase's last one is less than 100 ms old. */
  fact(phase: AnalysisPhase, filesDone: number, filesTotal: number, currentFile: string): NewFact | undefined {
    const now = performance.now();
    if (phase === this.#phase && now - this.#lastAt < MIN_INTERVAL_MS) return undefined;
    [this.#phase, this.#lastAt] = [phase, now];
    const [from, to] = SPANS[phase];
    const share = filesTotal === 0 ? 0 : filesDone / filesTotal;
    return {
      event_type: 'analysis_progress',
      entity_type: 'analysis',
      entity_id: this.#analysisId,
      data: {
        analysis_id: this.#analysisId,
        phase,
        files_done: filesDone,
        files_total: filesTotal,
        percentage: Math.round((from + (to - from) * share) * 10) / 10,
        current_file: currentFile,
        message: `${phase} ${String(filesDone)} of ${String(filesTotal)} files`,
      },
    };
  }
}
