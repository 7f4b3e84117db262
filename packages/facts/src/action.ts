import * as z from 'zod';
import { CursorSchema } from './fact.ts';
import { globField } from './glob-field.ts';
import { entityTypesField, eventTypesField } from './names-field.ts';

/** The filter that replaces the whole earlier filter of a subscription. */
const FilterActionSchema = z.strictObject({
  action: z.literal('filter'),
  event_types: eventTypesField.optional(),
  entity_types: entityTypesField.optional(),
  path: globField.optional(),
});
export const FILTER_FIELDS: readonly string[] = Object.keys(FilterActionSchema.shape);

const ACTIONS = [
  FilterActionSchema,
  z.object({ action: z.literal('ack'), cursor: CursorSchema }),
  z.object({ action: z.literal('pause') }),
  z.object({ action: z.literal('resume') }),
  z.object({ action: z.literal('authenticate'), token: z.string('must be text') }),
] as const;
const NAMES = ACTIONS.map(({ shape }) => shape.action.value).join(', ');

/** A message from a subscriber to the server, as it is parsed. A change of it needs a new protocol version. */
export const ActionSchema = z.discriminatedUnion('action', ACTIONS, {
  error: ({ code }) => (code === 'invalid_union' ? `must be one of ${NAMES}` : 'must be ping or a JSON object with an action'),
});
export type Action = z.infer<typeof ActionSchema>;
