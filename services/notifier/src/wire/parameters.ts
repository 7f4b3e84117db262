import { CursorSchema, entityTypesField, eventTypesField, globField, isLogName, type Offset, type Place } from '@graphtail/facts';
import { isConsumerName, parsePosition, type Position } from '@graphtail/log';
import { z } from 'zod';
import { badRequest, type Refused } from './refused.ts';

/** Where a subscription begins. */
export type From = Position | { readonly kind: 'snapshot' };

const POSITIONS = 'earliest, latest, <epoch>-<seq>, #<seq>, last:<n> or ts:<ISO 8601 time>';

/** A place in a log, as text. */
export const positionText = z
  .string('must be a position in the log')
  .transform((text, context): Position => {
    const position = parsePosition(text);
    if (position !== undefined) return position;
    context.addIssue({ code: 'custom', message: `must be ${POSITIONS}` });
    return z.NEVER;
  })
  .meta({ type: 'string', examples: ['earliest', 'last:100', '1-1042', '#1042'], description: POSITIONS });

const from = z
  .union([z.literal('snapshot').transform((): From => ({ kind: 'snapshot' })), positionText], `must be snapshot, ${POSITIONS}`)
  .meta({ type: 'string', examples: ['earliest', 'snapshot', 'last:100'], anyOf: undefined, description: `snapshot, ${POSITIONS}` });

/** A query always holds text. Socket.IO's `auth` may hold text or a boolean. */
const truth = z
  .union([z.boolean(), z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] })], 'must be true or false')
  .meta({ type: 'boolean', anyOf: undefined });
const speed = z.coerce
  .number('must be a number above 0')
  .gt(0, 'must be above 0')
  .max(1e6)
  .meta({ type: 'number', description: "times the facts' own pace" });

/** The name of a durable cursor. */
export const consumerName = z
  .string('must be one name')
  .refine(isConsumerName, 'must match [A-Za-z0-9][A-Za-z0-9._-]{0,63}')
  .meta({ type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' });

/** The parameters of a subscription, the same for every transport. */
export const subscriptionQuery = {
  graph: z.string('must be one name').refine(isLogName, 'is not the name of a graph').optional(),
  from: from.optional(),
  to: CursorSchema.optional(),
  speed: speed.optional(),
  types: eventTypesField.optional(),
  entities: entityTypesField.optional(),
  path: globField.optional(),
  consumer: consumerName.optional(),
  on_too_old: z.enum(['error', 'earliest', 'snapshot'], 'must be error, earliest or snapshot').default('error'),
  batch: truth.default(false),
  token: z.string().optional(),
};
const ParametersSchema = z.strictObject(subscriptionQuery);

/** Which facts a subscriber wants. An empty list or an empty glob selects all. */
export type FilterSpec = { readonly eventTypes: readonly string[]; readonly entityTypes: readonly string[]; readonly path: string };

/** A subscription's parameters as parsed, the same for every transport. */
export type SubscriptionRequest = {
  readonly graph: string | undefined;
  readonly from: From | undefined;
  readonly to: Offset | Place | undefined;
  readonly speed: number | undefined;
  readonly filter: FilterSpec;
  readonly consumer: string | undefined;
  readonly onTooOld: 'error' | 'earliest' | 'snapshot';
  readonly batch: boolean;
};

/**
 * Reads the parameters of a subscription. What is undefined counts as not given.
 * @throws {Refused} `BAD_REQUEST` that names the parameter, if one is not known or not valid.
 */
export function parseParameters(given: Readonly<Record<string, unknown>>): SubscriptionRequest {
  const parsed = ParametersSchema.safeParse(given);
  if (!parsed.success) throw badParameter(parsed.error, `known are ${Object.keys(ParametersSchema.shape).join(', ')}`);
  const { graph, from: start, to, speed: pace, types = [], entities = [], path = '', consumer, on_too_old, batch } = parsed.data;
  const filter = { eventTypes: types, entityTypes: entities, path };
  return { graph, from: start, to, speed: pace, filter, consumer, onTooOld: on_too_old, batch };
}

/** The refusal of a parameter or an action. @param known said if the fault is a name that is not known */
export function badParameter(error: z.ZodError, known: string): Refused {
  const issue = error.issues[0];
  if (issue?.code === 'unrecognized_keys') return badRequest(issue.keys[0]?.slice(0, 64) ?? '', `is not a parameter; ${known}`);
  return badRequest(issue?.path.map(String).join('.') || 'message', issue?.message ?? 'does not fit');
}
