import { ActionSchema, FILTER_FIELDS, type Action } from '@graphtail/facts';
import { badParameter, type FilterSpec } from './parameters.ts';
import { badRequest } from './refused.ts';

/** Reads an action of a subscriber. @throws {Refused} `BAD_REQUEST` that names the field, if it is not an action */
export function parseAction(given: unknown): Action {
  const parsed = ActionSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw badParameter(parsed.error, `known are ${FILTER_FIELDS.join(', ')}`);
}

/** Reads an action from the JSON of a message. @throws {Refused} as {@link parseAction} */
export function parseMessage(text: string): Action {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw badRequest('message', 'must be ping or a JSON object with an action');
  }
  return parseAction(given);
}

export function filterOf({ event_types = [], entity_types = [], path = '' }: Extract<Action, { action: 'filter' }>): FilterSpec {
  return { eventTypes: event_types, entityTypes: entity_types, path };
}
