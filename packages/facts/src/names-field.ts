import * as z from 'zod';
import { ENTITY_TYPES, EVENT_TYPES } from './fact.ts';

/** A list as text (`a,b`), as repeated parameters or as an array. An empty list counts as not given. */
export function namesField<Item extends string>(known: readonly Item[], description: string) {
  const listed: ReadonlySet<string> = new Set(known);
  return z
    .union([z.string(), z.array(z.string())], 'must be a list of names, separated by commas')
    .transform((given) => [given].flat().flatMap((text) => text.split(',')))
    .transform((names) => names.map((name) => name.trim()).filter((name) => name !== ''))
    .superRefine((names, context) => {
      const unknown = names.find((name) => !listed.has(name));
      if (unknown === undefined) return;
      context.addIssue({ code: 'custom', message: `${JSON.stringify(unknown.slice(0, 64))} is none of ${known.join(', ')}` });
    })
    .transform((names) => names as Item[])
    .meta({ type: 'array', items: { type: 'string', enum: known }, anyOf: undefined, description });
}

/** Event types, as a list. */
export const eventTypesField = namesField(EVENT_TYPES, 'names, joined by commas; none: all');
/** Entity types, as a list. */
export const entityTypesField = namesField(ENTITY_TYPES, 'names, joined by commas; none: all');
