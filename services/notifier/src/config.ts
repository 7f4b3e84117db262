import { retentionConfig, type BaseConfig } from '@graphtail/runtime';
import { z } from 'zod';

/** The notifier's own settings. */
export const notifierConfig = retentionConfig.extend({
  limitSubscriptions: z.coerce.number().int().min(1).max(1_000_000).default(1_000).describe('open subscriptions of one address'),
});
export type NotifierConfig = BaseConfig & z.infer<typeof notifierConfig>;
