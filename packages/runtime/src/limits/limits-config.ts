import { z } from 'zod';

const atLeastOne = z.coerce.number().int().min(1).max(1_000_000);

/**
 * How much of a service's port one address may use, and all addresses together. On loopback the limits of an address are 20 times higher.
 */
export const limitsConfig = z.object({
  limitRequests: atLeastOne.default(500).describe('requests, and new connections, per second from one address'),
  limitConnections: atLeastOne.default(2_000).describe('open connections from one address'),
  maxConnections: atLeastOne.default(8_000).describe('open connections from all addresses together'),
});
export type LimitsConfig = z.infer<typeof limitsConfig>;

export const DEFAULT_LIMITS: LimitsConfig = limitsConfig.parse({});
