import { hashText, lanesToHex } from '@graphtail/facts';

/** What makes a subscription one's own: tabs can't share a cut of the log, a pace, or a durable cursor. */
const OWN = ['to', 'speed', 'consumer', 'types', 'entities', 'path'];
/** Claims that differ between two tokens of the same rights. */
const OF_ONE_TOKEN = new Set(['exp', 'iat', 'nbf', 'jti']);

/**
 * Returns the name under which tabs share a subscription: same server, same graph, same rights. It names the rights and never the token,
 * because every script of the origin can list the names of locks. Undefined if the subscription can't be shared.
 */
export function scopeOf(base: string, query: URLSearchParams, token: string | undefined): string | undefined {
  const graph = query.get('graph');
  if (graph === null || query.get('batch') !== 'true' || OWN.some((name) => query.has(name))) return undefined;
  return ['graphtail', 'v1', base, graph, rightsOf(token)].join(' ');
}

function rightsOf(token: string | undefined): string {
  if (token === undefined) return '';
  const claims = claimsOf(token);
  if (claims === undefined) return lanesToHex(hashText(token));
  const rights = Object.entries(claims).filter(([name]) => !OF_ONE_TOKEN.has(name));
  return JSON.stringify(rights.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function claimsOf(token: string): object | undefined {
  try {
    const claims: unknown = JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')));
    return typeof claims === 'object' && claims !== null ? claims : undefined;
  } catch {
    return undefined;
  }
}
