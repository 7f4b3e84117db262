import { z } from 'zod';

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;

const bound = z.coerce.number().int().min(1).optional();

/** How long facts are kept: settings of every service that trims a log or reports its retention. The age is in seconds. */
export const retentionConfig = z.object({
  retainFacts: bound.describe('keep about this many facts of a log (default: all)'),
  retainBytes: bound.describe('keep about this many bytes of a log (default: all)'),
  retainAge: z
    .string()
    .regex(/^[1-9]\d*[smhdw]$/, 'must be a duration such as 90s, 30m, 12h, 7d or 2w')
    .transform((text) => Number(text.slice(0, -1)) * SECONDS[text.at(-1) as keyof typeof SECONDS])
    .optional()
    .describe('keep facts for this long, e.g. 7d (default: for ever)'),
});

export type RetentionConfig = z.infer<typeof retentionConfig>;
