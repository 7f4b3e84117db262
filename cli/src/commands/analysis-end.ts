import { connect } from '@graphtail/client';
import { seqOf, type Fact, type Offset } from '@graphtail/facts';
import { ProgressLine } from '../up/progress.ts';
import { Terminal } from '../up/terminal.ts';
import { subscriptionOf, type ServerOptions } from './server.ts';

type EndFact = Extract<Fact, { event_type: 'analysis_completed' | 'analysis_failed' | 'analysis_cancelled' }>;
export type AnalysisEnd = { readonly fact: EndFact; readonly raw: string };

const TYPES = ['analysis_started', 'analysis_progress', 'analysis_completed', 'analysis_failed', 'analysis_cancelled'] as const;

function isEnd(fact: Fact): fact is EndFact {
  return fact.event_type === 'analysis_completed' || fact.event_type === 'analysis_failed' || fact.event_type === 'analysis_cancelled';
}

/**
 * Shows the progress of an analysis on stderr, from its facts, until it ends.
 * @param which the analysis with that id, or without an id the first one that ends after that cursor
 * @returns how it ended; undefined if the user stopped watching.
 * @throws {SubscriptionRefused}
 */
export async function followUntilEnd(
  options: ServerOptions,
  which: { readonly graph: string; readonly after: Offset; readonly analysisId: string | undefined },
): Promise<AnalysisEnd | undefined> {
  const { graph, after, analysisId } = which;
  const progress = new ProgressLine(new Terminal(process.stderr, process.stderr), graph);
  const subscription = connect({ ...subscriptionOf(options), graph, from: after, types: TYPES, onRefused: 'earliest' });
  const stop = (): void => {
    void subscription.close();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    for await (const { facts, raw } of subscription) {
      for (const [index, fact] of facts.entries()) {
        if (fact.entity_type !== 'analysis' || (analysisId !== undefined && fact.data.analysis_id !== analysisId)) continue;
        if (isEnd(fact)) return { fact, raw: raw[index] ?? '' };
        show(progress, fact);
      }
    }
    return undefined;
  } finally {
    progress.end();
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await subscription.close();
  }
}

function show(progress: ProgressLine, fact: Fact): void {
  if (fact.event_type === 'analysis_started') progress.begin(seqOf(fact.offset));
  if (fact.event_type !== 'analysis_progress') return;
  const { phase, percentage, files_done: filesDone, files_total: filesTotal } = fact.data;
  progress.show({ phase, percentage, filesDone, filesTotal }, seqOf(fact.offset));
}
