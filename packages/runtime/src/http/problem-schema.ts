import { z } from 'zod';

const offset = z.string();

/** An RFC 9457 problem, with every member that an error of Graphtail can have. */
export const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('stable; docs/API.md lists them'),
    field: z.string().optional().describe('the parameter or key to correct'),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .describe('the first ten errors'),
    retryable: z.boolean().optional(),
    retry_after_seconds: z.number().optional(),
    earliest: offset.optional(),
    head: offset.optional(),
    diverged_at: offset.optional(),
    resume_at: offset.optional(),
    cursor: offset.optional().describe('how far the state is'),
    graphs: z.array(z.string()).optional().describe('the graphs that could be meant'),
    near: z.array(z.string()).optional().describe('ids that could be meant'),
    service: z.string().optional().describe('the service that does not answer'),
    reason: z.string().optional(),
    limit: z.int().optional().describe('bytes that the body may have'),
    expected: z.string().optional().describe('the media type that the body must have'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457, application/problem+json' });
