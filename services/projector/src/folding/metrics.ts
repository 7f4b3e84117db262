import type { Headroom } from '@graphtail/log';
import { counter, gauge, secondsHistogram, type Registry } from '@graphtail/runtime';

const REFOLDS = ['cursor_refused', 'diverged', 'requested'] as const;

/** The projector's Prometheus metrics of its folds, apart from the gauges of {@link observeFolds}. */
export function projectorMetrics(registry: Registry) {
  const divergences = counter(
    registry,
    'graphtail_state_divergence_total',
    'Times that a folded state had another digest than the analysis that wrote it said.',
    ['graph'],
  );
  const malformed = counter(registry, 'graphtail_projector_malformed_facts_total', 'Log content that is not a fact and was left out.', [
    'graph',
  ]);
  const damaged = counter(
    registry,
    'graphtail_projector_damaged_batches_total',
    'Damaged batches of the log that were left out of the fold.',
    ['graph'],
  );
  const refolds = counter(registry, 'graphtail_projector_refolds_total', 'Times that a graph was folded anew, by reason.', [
    'graph',
    'reason',
  ]);
  return {
    applyDuration: secondsHistogram(
      registry,
      'graphtail_projector_apply_duration_seconds',
      'Time to fold one batch into state and indexes.',
      [],
      [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    ),
    snapshotDuration: secondsHistogram(
      registry,
      'graphtail_snapshot_duration_seconds',
      'Time to save a snapshot, from the call to its commit.',
    ),
    divergences,
    malformed,
    damaged,
    refolds,
    /** The counters of a graph begin at 0, so that its first event counts as an increase. */
    known(graph: string): void {
      for (const each of [divergences, malformed, damaged]) each.inc({ graph }, 0);
      for (const reason of REFOLDS) refolds.inc({ graph, reason }, 0);
    },
    /** A graph that was removed leaves no series behind. */
    forgotten(graph: string): void {
      for (const each of [divergences, malformed, damaged]) each.remove({ graph });
      for (const reason of REFOLDS) refolds.remove({ graph, reason });
    },
  };
}
export type ProjectorMetrics = ReturnType<typeof projectorMetrics>;

export type FoldFigures = {
  readonly graph: string;
  readonly lagFacts: number;
  readonly lagSeconds: number;
  readonly nodes: number;
  readonly relationships: number;
  readonly anomalies: number;
  log(): Promise<{ facts: number; bytes: number }>;
  /** Empty if the log has no bounds. */
  headroom(): Promise<readonly Headroom[]>;
};

/** Gauges over all graphs, read from the folds at each scrape. A graph that was removed leaves no series behind. */
export function observeFolds(registry: Registry, folds: () => readonly FoldFigures[]): void {
  const perGraph = (name: string, help: string, read: (fold: FoldFigures) => number) =>
    gauge(registry, name, help, ['graph'], (self) => {
      self.reset();
      for (const fold of folds()) self.set({ graph: fold.graph }, read(fold));
    });
  perGraph('graphtail_projector_lag_facts', 'Facts in the log that are not folded yet.', (fold) => fold.lagFacts);
  perGraph(
    'graphtail_projector_lag_seconds',
    'Age of the newest folded fact while there are newer ones, else 0.',
    (fold) => fold.lagSeconds,
  );
  gauge(
    registry,
    'graphtail_graph_entities',
    'Entities in the folded state; anomalies are updates and deletions of what was not there.',
    ['graph', 'kind'],
    (self) => {
      self.reset();
      for (const { graph, nodes, relationships, anomalies } of folds()) {
        self.set({ graph, kind: 'node' }, nodes);
        self.set({ graph, kind: 'relationship' }, relationships);
        self.set({ graph, kind: 'anomaly' }, anomalies);
      }
    },
  );
  perLog(registry, folds, 'graphtail_log_facts', 'Facts retained in the log.', 'facts');
  perLog(registry, folds, 'graphtail_log_bytes', 'Payload bytes retained in the log.', 'bytes');
  gauge(
    registry,
    'graphtail_log_headroom_seconds',
    'Until the next fact that a durable cursor needs may be trimmed, at the present rate; without consumer: that one who leaves now needs.',
    ['graph', 'consumer'],
    async (self) => {
      const told = await Promise.allSettled(folds().map(async (fold) => ({ graph: fold.graph, headroom: await fold.headroom() })));
      self.reset();
      for (const each of told) {
        if (each.status === 'rejected') continue; // Redis is away: a missing figure is better than an old one
        const { graph, headroom } = each.value;
        for (const { consumer, seconds } of headroom) self.set(consumer === undefined ? { graph } : { graph, consumer }, seconds);
      }
    },
  );
}

/** Reads the figure from Redis at the scrape. While Redis is away, a missing figure is better than an old one. */
function perLog(registry: Registry, folds: () => readonly FoldFigures[], name: string, help: string, figure: 'facts' | 'bytes'): void {
  gauge(registry, name, help, ['graph'], async (self) => {
    const figures = await Promise.allSettled(folds().map(async (fold) => ({ graph: fold.graph, value: (await fold.log())[figure] })));
    self.reset();
    for (const each of figures) if (each.status === 'fulfilled') self.set({ graph: each.value.graph }, each.value.value);
  });
}
