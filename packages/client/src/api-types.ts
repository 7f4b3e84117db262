import { OffsetSchema as offset, isFact, type Fact } from '@graphtail/facts';
import * as z from 'zod';
import { optional } from './decode.ts';

/** The answers of the HTTP interface in docs/PROTOCOL.md that the SDK reads. Names are the same as in the JSON. */

const text = z.string();
const number = z.number();
const fact = z.custom<Fact>(isFact, 'is not a fact');

const trouble = z.object({ code: text, graph: optional(text), message: text, remedy: text, since: text });
export type Trouble = z.output<typeof trouble>;

export const health = z.object({
  status: text,
  services: optional(z.record(z.string(), z.looseObject({ status: text, troubles: optional(z.array(trouble)) }))),
  version: optional(text),
});
export type Health = z.output<typeof health>;

export const graph = z.object({
  name: text,
  root: optional(text),
  head: optional(offset),
  node_count: optional(number),
  relationship_count: optional(number),
});
export type Graph = z.output<typeof graph>;
export const graphs = z.object({ graphs: z.array(graph) });

export const bounds = z.object({
  epoch: number,
  epochs: z.array(z.object({ epoch: number, prev: offset, opened_at: text, reason: text })),
  earliest: offset,
  floor: offset,
  head: offset,
  facts: number,
  bytes: number,
  /** Batches that are in the log but can't be read. */
  damage: optional(z.array(z.object({ through: offset, batch: text, reason: text, mended_at: optional(offset) }))),
});
export type Bounds = z.output<typeof bounds>;

export const factsPage = z.object({ prev: offset, through: offset, head: offset, facts: z.array(fact) });
export type FactsPage = z.output<typeof factsPage>;

export const receipt = z.object({ from: offset, to: offset, count: number, digest: text });

const counts = z.record(z.string(), number);
export const stats = z.looseObject({
  total_nodes: number,
  total_relationships: number,
  node_types: counts,
  relationship_types: counts,
  languages: counts,
  /** The most complex functions, the most complex one first. */
  top_functions: optional(
    z.array(z.object({ id: text, name: text, node_type: text, file_path: text, start_line: number, complexity: number })),
  ),
  offset,
  state_digest: text,
});
export type Stats = z.output<typeof stats>;

export const keptSnapshot = z.looseObject({
  as_of: offset,
  state_digest: text,
  running_digest: text,
  node_count: number,
  relationship_count: number,
});
export type KeptSnapshot = z.output<typeof keptSnapshot>;
export const keptSnapshots = z.looseObject({ snapshots: z.array(keptSnapshot) });

const shortNode = z.looseObject({ id: text, node_type: text });
const shortRelationship = z.looseObject({ id: text, source_id: text, target_id: text, relationship_type: text });
const entities = z.object({ nodes: z.array(shortNode), relationships: z.array(shortRelationship) });
const change = z.object({ id: text, before: z.record(text, z.unknown()), after: z.record(text, z.unknown()) });
const entityCounts = z.object({ nodes: number, relationships: number });
export const graphDiff = z.object({
  added: entities,
  updated: z.object({ nodes: z.array(change), relationships: z.array(change) }),
  deleted: entities,
  counts: z.object({ added: entityCounts, updated: entityCounts, deleted: entityCounts }),
  truncated: z.boolean(),
});
export type GraphDiff = z.output<typeof graphDiff>;

export const changeImpact = z.object({
  total: number,
  file_count: number,
  by_file: z.array(z.object({ file_path: text, count: number, distance: number })),
  tests: z.array(z.object({ node: shortNode })),
  truncated: z.boolean(),
});
export type ChangeImpact = z.output<typeof changeImpact>;

export const cycles = z.object({ cycles: z.array(z.object({ members: z.array(z.looseObject({ id: text })) })), total: number });
export type Cycles = z.output<typeof cycles>;

export const rulesReport = z.object({
  rules: z.array(z.looseObject({ name: text })),
  violations: z.array(z.object({ rule: text, source_id: text, target_id: text, relationship_type: text, message: text })),
  total: z.int(),
  /** Why the rules can't be used. */
  trouble: z.nullable(text),
});
export type RulesReport = z.output<typeof rulesReport>;

export const analysisRequested = z.object({ analysis_id: text });
export type AnalysisRequested = z.output<typeof analysisRequested>;

export const consumer = z.object({
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
  filters: optional(z.object({ types: z.array(text), entities: z.array(text), path: optional(text) })),
});
export type Consumer = z.output<typeof consumer>;
export const consumers = z.object({ consumers: z.array(consumer) });

export const consumerCursor = z.object({ graph: text, name: text, cursor: offset });
export type ConsumerCursor = z.output<typeof consumerCursor>;

export const notifierStatus = z.looseObject({ status: text, active_connections: number });
export type NotifierStatus = z.output<typeof notifierStatus>;
