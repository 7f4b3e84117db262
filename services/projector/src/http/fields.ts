import { isGraphName, isOffset, type Offset } from '@graphtail/facts';
import { z } from 'zod';

/** A cursor in a query. */
export const offsetField = z
  .string()
  .refine((text): text is Offset => isOffset(text), 'must be an offset, <epoch>-<seq>')
  .meta({ type: 'string', examples: ['1-1042'] });

export const graphField = z
  .string()
  .refine(isGraphName, 'is not a name of a graph')
  .optional()
  .describe('the graph; default: the only one');

export const graphQuery = z.object({ graph: graphField });

/** What every read takes. */
export const readQuery = graphQuery.extend({
  at: offsetField.optional().describe('answer with the state after this fact'),
  min_offset: offsetField.optional().describe('wait until the state holds this fact, at most 5 s'),
});

/** The page of a list in a query string. */
export function pageFields(fallback: number, max: number) {
  return {
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(max)
      .default(fallback)
      .describe(`items in one answer, at most ${String(max)}`),
    offset: z.coerce.number().int().min(0).max(1_000_000).default(0).describe('items to leave out before them'),
  };
}

export const directionField = z.enum(['out', 'in']);
export const depthField = (fallback: number, max: number) => z.coerce.number().int().min(0).max(max).default(fallback);
