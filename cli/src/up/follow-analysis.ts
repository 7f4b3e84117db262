import { connect } from '@graphtail/client';
import { seqOf, type Fact, type Offset } from '@graphtail/facts';
import { figure, ProgressLine } from './progress.ts';
import type { Terminal } from './terminal.ts';

export type Follower = {
  /** Resolves at the end of the first analysis seen: completed, failed or cancelled. */
  firstEnd: Promise<void>;
  close(): Promise<void>;
};

/** Shows the analyses of a graph, as its own facts tell them, from `from` on and for as long as it is not closed. */
export function followAnalysis(url: string, graph: string, from: Offset, terminal: Terminal): Follower {
  const subscription = connect({
    url,
    graph,
    from,
    types: ['analysis_started', 'analysis_progress', 'analysis_completed', 'analysis_failed', 'analysis_cancelled'],
    // A log that lost facts is analysed again: what is shown goes on from there.
    onRefused: 'earliest',
  });
  const progress = new ProgressLine(terminal, graph);
  const { promise: firstEnd, resolve: ended } = Promise.withResolvers<void>();
  let files = 0;

  const show = (fact: Fact, through: Offset): void => {
    switch (fact.event_type) {
      case 'analysis_started':
        files = fact.data.files_total;
        progress.begin(seqOf(fact.offset));
        break;
      case 'analysis_progress': {
        const { phase, percentage, files_done: filesDone, files_total: filesTotal } = fact.data;
        progress.show({ phase, percentage, filesDone, filesTotal }, seqOf(through));
        break;
      }
      case 'analysis_completed': {
        progress.end();
        const { node_count, relationship_count, duration_ms, changes, files_failed } = fact.data;
        const failed = files_failed > 0 ? `, ${figure(files_failed)} did not parse` : '';
        const graphFigures = `${figure(files)} files${failed}, ${figure(node_count)} nodes, ${figure(relationship_count)} relationships`;
        terminal.done(graph, `${graphFigures}; ${figure(changes)} changes in ${(duration_ms / 1000).toFixed(1)} s`);
        ended();
        break;
      }
      case 'analysis_failed':
      case 'analysis_cancelled':
        progress.end();
        terminal.wrong(graph, `the analysis ${fact.event_type === 'analysis_failed' ? 'failed' : 'was cancelled'}: ${fact.data.reason}`);
        ended();
        break;
      default:
    }
  };
  subscription.on((event) => {
    if (event.type === 'facts') for (const fact of event.facts) show(fact, event.through);
  });
  return { firstEnd, close: () => subscription.close() };
}
