import type { Appended } from '@graphtail/log';
import { EVENT_TYPES } from '@graphtail/facts';
import { counter, gauge, secondsHistogram, type Registry } from '@graphtail/runtime';

const RESULTS = ['parsed', 'cached', 'skipped', 'failed'].map((result) => ({ result }));
/** The facts that ingest appends: those of Graphtail's own logs are others'. */
const APPENDED = EVENT_TYPES.filter((type) => !/^(alert|audit)_/.test(type));

export type IngestMetrics = ReturnType<typeof createMetrics>;

export function createMetrics(registry: Registry) {
  const append = secondsHistogram(registry, 'graphtail_append_duration_seconds', 'From sending a batch to its acknowledgement', ['graph']);
  const facts = counter(registry, 'graphtail_facts_appended_total', 'Facts appended', ['graph', 'event_type']);
  const files = counter(registry, 'graphtail_ingest_files_total', 'Files looked at', ['result'], RESULTS);
  const parse = secondsHistogram(registry, 'graphtail_parse_duration_seconds', 'Reading, parsing and extracting one file', ['language']);
  const reloads = counter(registry, 'graphtail_ingest_reloads_total', 'The log had lost facts: the view was folded anew', ['graph']);
  const failures = counter(registry, 'graphtail_ingest_failures_total', 'Analyses and updates that failed and are tried again, by graph', [
    'graph',
  ]);
  const appendErrors = counter(
    registry,
    'graphtail_append_errors_total',
    'Appends that Redis refused or lost, or too few replicas had, and that were sent again',
    ['graph', 'reason'],
  );
  const watched = gauge(registry, 'graphtail_ingest_watched', 'Whether the system tells of changes of the root: 1 yes, 0 no', ['graph']);
  return {
    watched,
    files,
    parse,
    reloads,
    failures,
    appendErrors,
    /** The counters of a graph begin at 0, so that its first event counts as an increase. */
    known(graph: string): void {
      append.zero({ graph });
      for (const each of [reloads, failures]) each.inc({ graph }, 0);
      for (const reason of ['redis', 'replicas']) appendErrors.inc({ graph, reason }, 0);
      for (const event_type of APPENDED) facts.inc({ graph, event_type }, 0);
    },
    /** A graph that was removed leaves no series behind. */
    forgotten(graph: string): void {
      append.remove({ graph });
      for (const each of [reloads, failures, watched]) each.remove({ graph });
      for (const reason of ['redis', 'replicas']) appendErrors.remove({ graph, reason });
      for (const event_type of APPENDED) facts.remove({ graph, event_type });
    },
    appended(graph: string, batch: Appended): void {
      append.observeMs(batch.durationMs, { graph });
      for (const fact of batch.facts) facts.inc({ graph, event_type: fact.event_type });
    },
  };
}
