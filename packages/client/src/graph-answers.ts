import { OffsetSchema as offset, isFact, type Fact, type GraphNode, type Relationship } from '@graphtail/facts';
import * as z from 'zod';
import { optional } from './decode.ts';

/** The answers of the queries about a graph (docs/API.md). Names are the same as in the JSON. */

const text = z.string();
const number = z.number();
const hasId = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as { id?: unknown }).id === 'string';
/** Checked by its id only: the server checked it against its schema. */
const node = z.custom<GraphNode>(hasId, 'is not a node');
const relationship = z.custom<Relationship>(hasId, 'is not a relationship');
const page = { total: number, limit: number, offset: number };

export const nodeDetails = z.object({
  ...{ node, degree: number, in_degree: number, out_degree: number },
  /** By type; at most `limit` of each direction are listed. */
  relationships: z.record(
    z.string(),
    z.object({ in_count: number, out_count: number, in: z.array(relationship), out: z.array(relationship) }),
  ),
});
export type NodeDetails = z.output<typeof nodeDetails>;

export const sourceLines = z.object({
  file_path: text,
  start_line: number,
  end_line: number,
  lines: z.array(text),
  truncated: z.boolean(),
});
export type SourceLines = z.output<typeof sourceLines>;

export const entityHistory = z.object({ id: text, facts: z.array(z.custom<Fact>(isFact, 'is not a fact')), next: offset.nullable() });
export type EntityHistory = z.output<typeof entityHistory>;

export const found = z.object({ results: z.array(node), total_count: number });
export type Found = z.output<typeof found>;

export const hot = z.object({
  files: z.array(z.object({ file_path: text, facts: number, last_changed_at: text })),
  nodes: z.array(z.object({ id: text, node: node.nullable(), facts: number, last_changed_at: text })),
  truncated: z.boolean(),
});
export type Hot = z.output<typeof hot>;

const affected = z.object({ node, distance: number, via: optional(relationship) });
export const impact = z.object({
  starts_total: number,
  affected: z.array(affected),
  by_file: z.array(z.object({ file_path: text, count: number, distance: number })),
  ...{ file_count: number, tests: z.array(affected), routes: z.array(node), seams: z.array(relationship), truncated: z.boolean() },
  ...page,
});
export type Impact = z.output<typeof impact>;
