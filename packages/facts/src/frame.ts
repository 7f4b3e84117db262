import * as z from 'zod';
import { CODES } from './codes.ts';
import { GraphNodeSchema, RelationshipSchema } from './entity.ts';
import { FactSchema, OffsetSchema } from './fact.ts';

/** The protocol version that `subscribed` names. A change of any schema in this file needs a new version. */
export const PROTOCOL_VERSION = 1;

const graph = z.string();
const digest = z.string().regex(/^[0-9a-f]{16}$/);

export const FrameSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('subscribed'),
    protocol: z.int(),
    graph,
    cursor: OffsetSchema,
    earliest: OffsetSchema,
    head: OffsetSchema,
    mode: z.enum(['replay', 'live']),
  }),
  z.object({
    type: z.literal('snapshot_begin'),
    as_of: OffsetSchema,
    node_count: z.int(),
    relationship_count: z.int(),
  }),
  z.object({
    type: z.literal('snapshot_chunk'),
    nodes: z.array(GraphNodeSchema),
    relationships: z.array(RelationshipSchema),
  }),
  z.object({ type: z.literal('snapshot_end'), as_of: OffsetSchema, state_digest: digest }),
  z.object({
    type: z.literal('facts'),
    graph,
    prev: OffsetSchema,
    through: OffsetSchema,
    appended_at: z.iso.datetime({ precision: 3 }),
    facts: z.array(FactSchema),
  }),
  z.object({ type: z.literal('progress'), prev: OffsetSchema, through: OffsetSchema, head: OffsetSchema }),
  z.object({ type: z.literal('caught_up'), cursor: OffsetSchema, head: OffsetSchema }),
  z.object({ type: z.literal('fell_behind'), cursor: OffsetSchema, head: OffsetSchema }),
  z.object({ type: z.literal('end'), cursor: OffsetSchema }),
  z.object({ type: z.literal('heartbeat'), head: OffsetSchema, timestamp: z.iso.datetime({ precision: 3 }) }),
  z.object({ type: z.literal('filter_updated'), cursor: OffsetSchema }),
  /** `expires_at`: when the session ends unless the client renews it again; null if the server asks for no token. */
  z.object({ type: z.literal('authenticated'), expires_at: z.string().nullable() }),
  z.object({ type: z.literal('pong') }),
  z.object({
    type: z.literal('error'),
    code: z.enum(CODES),
    message: z.string(),
    retryable: z.boolean(),
    earliest: OffsetSchema.optional(),
    head: OffsetSchema.optional(),
    diverged_at: OffsetSchema.optional(),
    resume_at: OffsetSchema.optional(),
  }),
]);

/** One message of a subscription that asked for `batch=true`. */
export type Frame = z.infer<typeof FrameSchema>;
export type FrameOf<Type extends Frame['type']> = Extract<Frame, { type: Type }>;
export type ErrorFrame = FrameOf<'error'>;

/** With `batch=false` each fact is its own message instead of a part of a `facts` frame. The fact's offset is the new cursor. */
export const CdcEventSchema = z.intersection(z.object({ type: z.literal('cdc_event'), prev: OffsetSchema }), FactSchema);
export type CdcEvent = z.infer<typeof CdcEventSchema>;
