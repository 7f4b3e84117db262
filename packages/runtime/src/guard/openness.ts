import type { GuardConfig } from './guard.ts';
import { isLoopback, parseHost } from './host-name.ts';

/** Whether a service can be reached from elsewhere, and asks nobody for a token. */
export function isOpenToOthers({ host, jwtSecret }: Pick<GuardConfig, 'host' | 'jwtSecret'>): boolean {
  return jwtSecret === undefined && !isLoopback(parseHost(host)?.name ?? host);
}
