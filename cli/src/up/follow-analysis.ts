import { connect, type ConnectOptions } from '@graphtail/client';
import { seqOf, type Fact, type Offset } from '@graphtail/facts';
import { wordsForCompleted } from '../analysis-words.ts';
import { ProgressLine } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** How many facts back a running analysis is looked for: many times the facts between two progress facts. */
const LOOK_BACK_FACTS = 10_000;
/** How long to wait for the next fact, ms. After a crash, the rest of an analysis may be done without being announced. */
const QUIET_MS = 10_000;

export type Follower = {
  /** Resolves when there is nothing more to wait for: true if an analysis ended and was shown, false if none is running. */
  settled: Promise<boolean>;
  close(): Promise<void>;
};

/** A graph, its server's address, and a token that may read it. */
export type FollowedGraph = Pick<ConnectOptions, 'url' | 'token'> & { readonly graph: string };

/** Shows the analyses of a graph as its facts report them: the one that is running, and those that follow until the follower is closed. */
export function followAnalysis({ url, token, graph }: FollowedGraph, terminal: Terminal): Follower {
  const subscription = connect({
    url,
    token,
    graph,
    from: `last:${LOOK_BACK_FACTS}`,
    types: ['analysis_started', 'analysis_progress', 'analysis_completed', 'analysis_failed', 'analysis_cancelled'],
    // If the log lost facts, the graph is analysed again, and the display continues from there.
    onRefused: 'earliest',
  });
  const display = new AnalysisDisplay(terminal, graph);
  const { promise: settled, resolve } = Promise.withResolvers<boolean>();
  let quiet: NodeJS.Timeout | undefined;
  let past: Fact | undefined;
  let live = false;

  const show = (fact: Fact, through: Offset): void => {
    clearTimeout(quiet);
    if (display.show(fact, through)) resolve(true);
    else quiet = setTimeout(() => resolve(false), QUIET_MS);
  };
  subscription.on((event) => {
    if (event.type === 'facts' && live) for (const fact of event.facts) show(fact, event.through);
    else if (event.type === 'facts') {
      for (const fact of event.facts) {
        if (fact.event_type === 'analysis_started') display.begin(fact);
        past = fact;
      }
    } else if (event.type === 'caught_up' && !live) {
      live = true;
      const underWay = past?.event_type === 'analysis_started' || past?.event_type === 'analysis_progress';
      if (past !== undefined && underWay) show(past, event.cursor);
      else if (seqOf(event.head) > 0) resolve(false);
    }
  });
  const close = async (): Promise<void> => {
    clearTimeout(quiet);
    await subscription.close();
  };
  return { settled, close };
}

type Started = Extract<Fact, { event_type: 'analysis_started' }>;

/** The line that is rewritten while an analysis runs, and the line that stays after it. */
class AnalysisDisplay {
  readonly #terminal: Terminal;
  readonly #graph: string;
  readonly #progress: ProgressLine;
  #files = 0;

  constructor(terminal: Terminal, graph: string) {
    this.#terminal = terminal;
    this.#graph = graph;
    this.#progress = new ProgressLine(terminal, graph);
  }

  begin(fact: Started): void {
    this.#files = fact.data.files_total;
    this.#progress.begin(seqOf(fact.offset));
  }

  /** Shows a fact. Returns true if the fact ends an analysis. */
  show(fact: Fact, through: Offset): boolean {
    switch (fact.event_type) {
      case 'analysis_started':
        this.begin(fact);
        return false;
      case 'analysis_progress': {
        const { phase, percentage, files_done: filesDone, files_total: filesTotal } = fact.data;
        this.#progress.show({ phase, percentage, filesDone, filesTotal }, seqOf(through));
        return false;
      }
      case 'analysis_completed': {
        this.#progress.end();
        this.#terminal.done(this.#graph, wordsForCompleted(fact.data, this.#files));
        return true;
      }
      case 'analysis_failed':
      case 'analysis_cancelled': {
        this.#progress.end();
        const how = fact.event_type === 'analysis_failed' ? 'failed' : 'was cancelled';
        this.#terminal.wrong(this.#graph, `the analysis ${how}: ${fact.data.reason}`);
        return true;
      }
      default:
        return false;
    }
  }
}
