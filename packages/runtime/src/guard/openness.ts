import type { GuardConfig } from './guard.ts';
import { isLoopback, parseHost } from './host-name.ts';

/** Whether other machines can reach a service, and it requires no token. */
export function isOpenToOthers({ host, jwtSecret }: Pick<GuardConfig, 'host' | 'jwtSecret'>): boolean {
  return jwtSecret === undefined && !isLoopback(parseHost(host)?.name ?? host);
}
