import { z } from 'zod';

/** A field of the answers that a gateway with several notifiers puts together from theirs. */
export const missing = z.array(z.string()).optional().describe('through a gateway with several notifiers: those that did not answer');
