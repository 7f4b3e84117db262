/** A graph's keys share a hash tag, so that a graph lives on one shard of a Redis Cluster. */
export type LogKeys = {
  readonly meta: string;
  readonly log: string;
  readonly epochs: string;
  readonly snapshots: string;
  readonly damage: string;
  readonly consumers: string;
  readonly jobs: string;
  readonly lease: string;
};

export function logKeys(graph: string): LogKeys {
  return {
    meta: graphKey(graph, 'meta'),
    log: graphKey(graph, 'log'),
    epochs: graphKey(graph, 'epochs'),
    snapshots: graphKey(graph, 'snapshots'),
    damage: graphKey(graph, 'damage'),
    consumers: graphKey(graph, 'consumers'),
    jobs: graphKey(graph, 'jobs'),
    lease: graphKey(graph, 'lease'),
  };
}

export function graphKey(graph: string, name: string): string {
  return `graphtail:{${graph}}:${name}`;
}
