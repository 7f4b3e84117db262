import { graphField, offsetField, wholeNumber } from '@graphtail/runtime';
import { z } from 'zod';

export const graphQuery = { graph: graphField };

/** Parameters of every read. */
export const readQuery = {
  ...graphQuery,
  at: offsetField('answer with the state after this fact').optional(),
  min_offset: offsetField('wait until the state holds this fact, at most 5 s').optional(),
};

const MAX_SKIPPED = 1_000_000;

/** The fields of a query string that select a page of a list. */
export function pageFields(fallback: number, max: number) {
  return {
    limit: wholeNumber({ min: 1, max }, 'items in one answer').default(fallback),
    offset: wholeNumber({ max: MAX_SKIPPED }, 'items to leave out before them').default(0),
  };
}

/** The fields of a body that select a page of a list. */
export function bodyPageFields(fallback: number, max: number) {
  return {
    limit: z
      .int()
      .min(1)
      .max(max)
      .default(fallback)
      .describe(`items in one answer, at most ${String(max)}`),
    offset: z.int().min(0).max(MAX_SKIPPED).default(0).describe('items to leave out before them'),
  };
}
