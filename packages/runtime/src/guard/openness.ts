import { isLoopback, parseHost } from './host-name.ts';

export type OpennessConfig = { readonly host: string; readonly jwtSecret?: string | undefined; readonly insecure: boolean };

/** Whether a service can be reached from elsewhere, and asks nobody for a token. */
export function isOpenToOthers({ host, jwtSecret }: OpennessConfig): boolean {
  return jwtSecret === undefined && !isLoopback(parseHost(host)?.name ?? host);
}
