import { NODE_TYPES, namesField, pathField } from '@graphtail/facts';
import { graphField, offsetField, text, wholeNumber } from '@graphtail/runtime';
import { z } from 'zod';
import { SORTS } from '../queries/order.ts';
import { ORIGINS, type Origin } from '../queries/origin.ts';

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
    offset: wholeNumber({ max: MAX_SKIPPED }, 'items to skip before them').default(0),
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
    offset: z.int().min(0).max(MAX_SKIPPED).default(0).describe('items to skip before them'),
  };
}

/** The fields that select nodes by what they are and where they are. */
export const filterFields = {
  language: text(64, 'of files in this language').optional(),
  node_type: z.enum(NODE_TYPES).optional(),
  path: pathField.optional(),
};

/** Which nodes a list leaves out; `exclude=` leaves out none. */
export function excludeField(fallback: readonly Origin[]) {
  const byDefault = fallback.length === 0 ? 'none' : fallback.join(', ');
  return namesField(ORIGINS, `nodes to leave out, joined by commas; default: ${byDefault}; empty: none`).default([...fallback]);
}

/** The order of a list of nodes. */
export function sortField(byDefault: string) {
  return orderField(SORTS, byDefault);
}

/** The order of a list that can be sorted by these. */
export function orderField<const Names extends readonly [string, ...string[]]>(names: Names, byDefault: string) {
  return z.enum(names).optional().describe(`the order: texts ascending, figures from the highest down; default: ${byDefault}`);
}
