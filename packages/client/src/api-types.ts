import { fact, list, number, object, offset, open, optional, record, text } from './decode.ts';

/** The answers of the HTTP interface in docs/PROTOCOL.md that the SDK reads. Names are the same as in the JSON. */

const trouble = object({ code: text, graph: optional(text), message: text, remedy: text, since: text });
export type Trouble = ReturnType<typeof trouble>;

export const health = object({
  status: text,
  services: optional(record(open({ status: text, troubles: optional(list(trouble)) }))),
  version: optional(text),
});
export type Health = ReturnType<typeof health>;

export const graph = object({
  name: text,
  root: optional(text),
  head: optional(offset),
  node_count: optional(number),
  relationship_count: optional(number),
});
export type Graph = ReturnType<typeof graph>;
export const graphs = object({ graphs: list(graph) });

export const bounds = object({
  epoch: number,
  epochs: list(object({ epoch: number, prev: offset, opened_at: text, reason: text })),
  earliest: offset,
  floor: offset,
  head: offset,
  facts: number,
  bytes: number,
  /** Batches that are in the log but can't be read. */
  damage: optional(list(object({ through: offset, batch: text, reason: text, mended_at: optional(offset) }))),
});
export type Bounds = ReturnType<typeof bounds>;

export const factsPage = object({ prev: offset, through: offset, head: offset, facts: list(fact) });
export type FactsPage = ReturnType<typeof factsPage>;

export const receipt = object({ from: offset, to: offset, count: number, digest: text });

export const offsetAt = object({ offset: optional(offset) });

const counts = record(number);
export const stats = open({
  total_nodes: number,
  total_relationships: number,
  node_types: counts,
  relationship_types: counts,
  languages: counts,
  /** The most complex functions, the most complex one first. */
  top_functions: optional(list(object({ id: text, name: text, node_type: text, file_path: text, start_line: number, complexity: number }))),
  offset,
  state_digest: text,
});
export type Stats = ReturnType<typeof stats>;

export const keptSnapshot = open({
  as_of: offset,
  state_digest: text,
  running_digest: text,
  node_count: number,
  relationship_count: number,
});
export type KeptSnapshot = ReturnType<typeof keptSnapshot>;
export const keptSnapshots = open({ snapshots: list(keptSnapshot) });

export const analysisRequested = object({ analysis_id: text });
export type AnalysisRequested = ReturnType<typeof analysisRequested>;

export const consumer = object({
  id: optional(text),
  graph: optional(text),
  /** Undefined: a session without a durable cursor. */
  name: optional(text),
  transport: optional(text),
  state: optional(text),
  cursor: optional(offset),
  lag: optional(number),
  lag_seconds: optional(number),
  connected_at: optional(text),
  delivered: optional(number),
  bytes: optional(number),
  acknowledged: optional(offset),
  filters: optional(object({ types: list(text), entities: list(text), path: optional(text) })),
});
export type Consumer = ReturnType<typeof consumer>;
export const consumers = object({ consumers: list(consumer) });

export const consumerCursor = object({ graph: text, name: text, cursor: offset });
export type ConsumerCursor = ReturnType<typeof consumerCursor>;

export const notifierStatus = open({ status: text, active_connections: number });
export type NotifierStatus = ReturnType<typeof notifierStatus>;
