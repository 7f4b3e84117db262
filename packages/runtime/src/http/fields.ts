import { isLogName, isOffset, type Offset } from '@graphtail/facts';
import { z } from 'zod';

export type Bounds = { readonly min?: number; readonly max: number };

/** A number in a query. It has only decimal digits, so that `0x10`, `1e3`, ` 5` and an empty text are refused. */
export function wholeNumber({ min = 0, max }: Bounds, description: string) {
  const range = `a whole number from ${String(min)} to ${String(max)}`;
  return z
    .string(`must be ${range}`)
    .transform((given, context) => {
      const number = /^\d{1,15}$/.test(given) ? Number(given) : NaN;
      if (number >= min && number <= max) return number;
      context.addIssue({ code: 'custom', message: `must be ${range}` });
      return z.NEVER;
    })
    .meta({ type: 'integer', minimum: min, maximum: max, description: `${description}; ${range}` });
}

/** A boolean in a query. */
export function truth(fallback: boolean, description: string) {
  return z
    .stringbool({ truthy: ['true', '1'], falsy: ['false', '0'], error: 'must be true or false' })
    .default(fallback)
    .meta({ type: 'boolean', description });
}

/** One text in a query. */
export function text(max: number, description: string) {
  return z.string('must be one text').max(max).describe(description);
}

/** A cursor in a query. `#<seq>` is another way to write it: it is replaced before the query is parsed (`./places.ts`). */
export function offsetField(description: string) {
  return z
    .string('must be one offset')
    .refine((given): given is Offset => isOffset(given), 'must be an offset, <epoch>-<seq> or #<seq>')
    .meta({ type: 'string', pattern: '^(\\d+-|#)\\d+$', examples: ['1-1042', '#1042'], description });
}

/** The log that a request is about. */
export const graphField = z
  .string('must be one name')
  .refine(isLogName, 'is not the name of a graph')
  .optional()
  .meta({ type: 'string', maxLength: 64, description: 'the graph; default: the only one' });
