import type { AnalysisPhase, Fact } from '@graphtail/facts';
import { whole } from '../format/numbers.ts';

/** The newest analysis, according to the stream. Times in ms. */
export type Analysis = {
  readonly id: string;
  readonly outcome: 'running' | 'completed' | 'failed' | 'cancelled';
  readonly reason?: string;
  /** Undefined if the page was opened after the start. */
  readonly startedAt?: number;
  readonly lastFactAt: number;
  readonly phase?: AnalysisPhase;
  readonly percentage: number;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly currentFile?: string;
  readonly message?: string;
  readonly changes?: number;
  readonly filesFailed?: number;
  readonly durationMs?: number;
};

/**
 * The end of an analysis that the page saw. `toldAt`: when the page learned it, in ms, by its own clock, which may differ from the
 * server's.
 */
export type EndedAnalysis = { readonly analysis: Analysis; readonly toldAt: number };

/** The state of an analysis as text. */
export function wordsForAnalysis({ outcome, phase, changes }: Analysis): string {
  switch (outcome) {
    case 'completed':
      return `Analysis completed, ${whole(changes)} ${changes === 1 ? 'change' : 'changes'}`;
    case 'failed':
      return 'Analysis failed';
    case 'cancelled':
      return 'Analysis cancelled';
    case 'running':
      return `Analysis: ${phase ?? 'starting'}`;
  }
}

/** The analysis after a fact. Facts that are about something else leave it as it was. */
export function afterFact(before: Analysis | undefined, fact: Fact): Analysis | undefined {
  if (fact.entity_type !== 'analysis') return before;
  const at = Date.parse(fact.timestamp);
  const id = fact.data.analysis_id;
  const known: Analysis =
    before?.id === id ? before : { id, outcome: 'running', lastFactAt: at, percentage: 0, filesDone: 0, filesTotal: 0 };
  switch (fact.event_type) {
    case 'analysis_started':
      return { ...known, startedAt: at, lastFactAt: at, reason: fact.data.reason, filesTotal: fact.data.files_total };
    case 'analysis_progress':
      return {
        ...known,
        lastFactAt: at,
        phase: fact.data.phase,
        percentage: fact.data.percentage,
        filesDone: fact.data.files_done,
        filesTotal: fact.data.files_total,
        currentFile: fact.data.current_file,
        message: fact.data.message,
      };
    case 'analysis_completed':
      return {
        ...known,
        outcome: 'completed',
        lastFactAt: at,
        startedAt: at - fact.data.duration_ms,
        reason: fact.data.reason,
        percentage: 100,
        filesDone: known.filesTotal, // the last progress that was told of may be of an earlier phase
        changes: fact.data.changes,
        filesFailed: fact.data.files_failed,
        durationMs: fact.data.duration_ms,
      };
    case 'analysis_failed':
      return { ...known, outcome: 'failed', lastFactAt: at, reason: fact.data.reason };
    case 'analysis_cancelled':
      return { ...known, outcome: 'cancelled', lastFactAt: at, reason: fact.data.reason };
    default:
      return before; // of a newer version
  }
}
