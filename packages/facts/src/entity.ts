import * as z from 'zod';
import { canonicalJson } from './canonical.ts';
import { hashText, type Lanes } from './hash.ts';

export const NODE_TYPES = [
  'file',
  'module',
  'namespace',
  'class',
  'interface',
  'enum',
  'type',
  'function',
  'method',
  'property',
  'variable',
  'route',
  'package',
] as const;
export type NodeType = (typeof NODE_TYPES)[number];

export const RELATIONSHIP_TYPES = [
  'contains',
  'imports',
  'exports',
  'depends_on',
  'calls',
  'instantiates',
  'inherits',
  'implements',
  'overrides',
  'references',
  'uses',
  'seam',
] as const;
export type RelationshipType = (typeof RELATIONSHIP_TYPES)[number];

const line = z.int().min(1);

/** A node as the log records it. Lines count from 1. `file_path` is relative to the analysed root, with `/` as its separator. */
export const GraphNodeSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  node_type: z.enum(NODE_TYPES),
  language: z.string(),
  file_path: z.string(),
  start_line: line,
  end_line: line,
  complexity: z.int().min(0),
  line_count: z.int().min(0),
  qualified_name: z.string().optional(),
  docstring: z.string().optional(),
  signature: z.string().optional(),
  visibility: z.enum(['public', 'protected', 'private', 'internal']).optional(),
  is_async: z.boolean().optional(),
  is_static: z.boolean().optional(),
  is_abstract: z.boolean().optional(),
  is_exported: z.boolean().optional(),
  return_type: z.string().optional(),
  parameter_types: z.array(z.string()).optional(),
  parse_error: z.string().optional(),
  content_hash: z.string().optional(),
  analyzer_version: z.string().optional(),
  http_method: z.string().optional(),
  route_path: z.string().optional(),
  /** What the code is if it is not the product's own source. */
  origin: z.enum(['test', 'generated', 'vendored']).optional(),
});
export type GraphNode = z.infer<typeof GraphNodeSchema>;

/** A relationship as the log records it. `line_offset` counts from the first line of the source node. */
export const RelationshipSchema = z.object({
  id: z.string().min(1),
  source_id: z.string().min(1),
  target_id: z.string().min(1),
  relationship_type: z.enum(RELATIONSHIP_TYPES),
  file_path: z.string(),
  confidence: z.number().min(0).max(1).optional(),
  resolution: z.string().optional(),
  line_offset: z.int().optional(),
  count: z.int().min(1).optional(),
});
export type Relationship = z.infer<typeof RelationshipSchema>;

export type Entity = GraphNode | Relationship;

/** Returns the hash of the entity's canonical JSON. `entity_hash` holds it, and a state digest is the sum of these hashes. */
export function entityHash(entity: Entity): Lanes {
  return hashText(canonicalJson(entity));
}
