import * as z from 'zod';
import { GraphNodeSchema, RELATIONSHIP_TYPES, RelationshipSchema } from './entity.ts';
import { isOffset, isPlace, type Offset, type Place } from './offset.ts';

export const OffsetSchema = z.custom<Offset>((value) => typeof value === 'string' && isOffset(value), 'must be <epoch>-<seq>');
/** A cursor as a client may give it. */
export const CursorSchema = z
  .custom<Offset | Place>((value) => typeof value === 'string' && (isOffset(value) || isPlace(value)), 'must be <epoch>-<seq> or #<seq>')
  .meta({ type: 'string', pattern: '^(\\d+-|#)\\d+$', examples: ['1-1042', '#1042'] });
const timestamp = z.iso.datetime({ precision: 3 });
const digest = z.string().regex(/^[0-9a-f]{16}$/);

const common = { offset: OffsetSchema, timestamp, entity_id: z.string().min(1) };

function nullable<Shape extends z.ZodRawShape>(shape: Shape) {
  return Object.fromEntries(Object.entries(shape).map(([key, field]) => [key, z.nullable(field as z.ZodType)])) as unknown as {
    [Key in keyof Shape]: z.ZodNullable<Shape[Key]>;
  };
}

/** Changed attributes; null removes an attribute. `file_path` is always given, so that streams can be filtered by path. */
const NodeUpdateSchema = z.object(nullable(GraphNodeSchema.shape)).partial().extend({ file_path: z.string() });
const RelationshipUpdateSchema = z.object(nullable(RelationshipSchema.shape)).partial().extend({ file_path: z.string() });
export type NodeUpdate = z.infer<typeof NodeUpdateSchema>;
export type RelationshipUpdate = z.infer<typeof RelationshipUpdateSchema>;

const node = { ...common, entity_type: z.literal('node'), entity_hash: digest };
const relationship = { ...common, entity_type: z.literal('relationship'), entity_hash: digest };
const analysis = { ...common, entity_type: z.literal('analysis') };
const rule = { ...common, entity_type: z.literal('rule') };
const alert = { ...common, entity_type: z.literal('alert') };

export const ANALYSIS_PHASES = ['discovering', 'parsing', 'resolving', 'appending'] as const;
export type AnalysisPhase = (typeof ANALYSIS_PHASES)[number];

/** An analysis names at most this many kinds of files that it did not read. */
export const MOST_SKIPPED_KINDS = 20;
const SkippedKindSchema = z.object({
  kind: z.string().describe('extension, such as .elm'),
  reason: z.string().describe('no reader, minified, symbolic link, …'),
  count: z.int(),
});
export type SkippedKind = z.infer<typeof SkippedKindSchema>;

const GitStateSchema = z
  .object({
    commit: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
    branch: z.string().nullable().describe('null: no branch is checked out'),
    dirty: z.boolean().optional().describe('whether tracked files differ from the commit; absent: not known'),
  })
  .describe("the commit that is checked out in the root's work tree");
/** Which commit a work tree has. */
export type GitState = z.infer<typeof GitStateSchema>;

const AnalysisEndSchema = z.object({ analysis_id: z.string(), reason: z.string() });
const RuleFactSchema = z.object({
  rule: z.string().describe('its name'),
  source_id: z.string(),
  target_id: z.string(),
  relationship_type: z.enum(RELATIONSHIP_TYPES),
  message: z.string(),
});
const AlertSchema = z.object({
  alert_id: z.string(),
  name: z.string(),
  severity: z.string(),
  summary: z.string(),
  labels: z.record(z.string(), z.string()),
  annotations: z
    .record(z.string(), z.string())
    .optional()
    .describe('what the rule says besides its summary: description, runbook, value, …'),
  starts_at: timestamp.optional().describe('when the alert began to fire, as its source says'),
});
const AcknowledgedAlertSchema = AlertSchema.extend({
  acknowledged_by: z.string().optional().describe('the name of who acknowledged it'),
  note: z.string().optional(),
});

export const FactSchema = z.discriminatedUnion('event_type', [
  z.object({ ...node, event_type: z.literal('node_added'), data: GraphNodeSchema }),
  z.object({ ...node, event_type: z.literal('node_updated'), data: NodeUpdateSchema }),
  z.object({
    ...node,
    event_type: z.literal('node_deleted'),
    data: GraphNodeSchema.pick({ name: true, node_type: true, file_path: true }),
  }),
  z.object({ ...relationship, event_type: z.literal('relationship_added'), data: RelationshipSchema }),
  z.object({ ...relationship, event_type: z.literal('relationship_updated'), data: RelationshipUpdateSchema }),
  z.object({
    ...relationship,
    event_type: z.literal('relationship_deleted'),
    data: RelationshipSchema.pick({ source_id: true, target_id: true, relationship_type: true, file_path: true }),
  }),
  z.object({
    ...common,
    event_type: z.literal('graph_reset'),
    entity_type: z.literal('graph'),
    data: z.object({ reason: z.string() }),
  }),
  z.object({
    ...analysis,
    event_type: z.literal('analysis_started'),
    data: z.object({ analysis_id: z.string(), reason: z.string(), files_total: z.int(), git: GitStateSchema.optional() }),
  }),
  z.object({
    ...analysis,
    event_type: z.literal('analysis_progress'),
    data: z.object({
      analysis_id: z.string(),
      phase: z.enum(ANALYSIS_PHASES),
      files_done: z.int(),
      files_total: z.int(),
      percentage: z.number().min(0).max(100),
      current_file: z.string(),
      message: z.string(),
    }),
  }),
  z.object({
    ...analysis,
    event_type: z.literal('analysis_completed'),
    data: z.object({
      analysis_id: z.string(),
      reason: z.string(),
      node_count: z.int(),
      relationship_count: z.int(),
      changes: z.int(),
      files_failed: z.int(),
      files_skipped: z.int().optional().describe('source files that were not read: a rule excludes them, or no reader knows their kind'),
      skipped: z.array(SkippedKindSchema).max(MOST_SKIPPED_KINDS).optional().describe('the same by kind, the largest first'),
      duration_ms: z.number(),
      state_digest: digest,
      git: GitStateSchema.optional(),
    }),
  }),
  z.object({ ...analysis, event_type: z.literal('analysis_failed'), data: AnalysisEndSchema }),
  z.object({ ...analysis, event_type: z.literal('analysis_cancelled'), data: AnalysisEndSchema }),
  z.object({ ...rule, event_type: z.literal('rule_violated'), data: RuleFactSchema }),
  z.object({ ...rule, event_type: z.literal('rule_satisfied'), data: RuleFactSchema }),
  z.object({ ...alert, event_type: z.literal('alert_raised'), data: AlertSchema }),
  z.object({ ...alert, event_type: z.literal('alert_resolved'), data: AlertSchema }),
  z.object({ ...alert, event_type: z.literal('alert_acknowledged'), data: AcknowledgedAlertSchema }),
  z.object({
    ...common,
    event_type: z.literal('audit_recorded'),
    entity_type: z.literal('audit'),
    data: z.object({
      actor: z.string(),
      action: z.string(),
      target: z.string(),
      outcome: z.string(),
      address: z.string(),
    }),
  }),
]);

/** One change, as recorded in a log. */
export type Fact = z.infer<typeof FactSchema>;
export type EventType = Fact['event_type'];
export type EntityType = Fact['entity_type'];

/** A fact before the log has given it a place and a time. */
type Unplaced<F> = F extends Fact ? Omit<F, 'offset' | 'timestamp'> : never;
export type NewFact = Unplaced<Fact>;

export const EVENT_TYPES = FactSchema.options.map((option) => option.shape.event_type.value) as readonly EventType[];
export const ENTITY_TYPES = [...new Set(FactSchema.options.map((option) => option.shape.entity_type.value))] as readonly EntityType[];

/** Returns the fact with its offset and time, which come before its other members. */
export function stampFact(fact: NewFact, at: Offset, time: string): Fact {
  return { offset: at, timestamp: time, ...fact };
}

/** Returns the stored JSON of a stamped fact, made from the JSON of the {@link NewFact}. */
export function stampJson(json: string, at: Offset, time: string): string {
  return `{"offset":"${at}","timestamp":"${time}",${json.slice(1)}`;
}
