import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { addressOf } from '@graphtail/runtime';

/** Headers that concern only the client's own connection (RFC 9110, 7.6.1). `Expect` was met when the gateway took the request. */
export const OF_ONE_CONNECTION: readonly string[] = ['connection', 'expect', 'keep-alive', 'proxy-connection', 'te', 'upgrade'];
/** Headers that are passed on even if a client names them in `Connection`: without them, the body's end or the target would be lost. */
const ALWAYS_PASSED = new Set(['content-length', 'host', 'transfer-encoding']);

/** The names in a `Connection` header, in lower case: `close`, `upgrade`, or headers that concern only this connection. */
export function connectionOptions({ connection = '' }: IncomingHttpHeaders): string[] {
  return connection.split(',').map((option) => option.trim().toLowerCase());
}

/**
 * A request's headers as a service gets them, without those that concern only the client's connection. `X-Forwarded-For` is the address
 * that the gateway found. Services trust it, so a client must not choose it.
 */
export function forwardedHeaders(request: IncomingMessage): IncomingHttpHeaders {
  const { headers } = request;
  const passed = { ...headers };
  for (const name of connectionOptions(headers)) if (!ALWAYS_PASSED.has(name)) delete passed[name];
  for (const name of OF_ONE_CONNECTION) delete passed[name];
  for (const name of Object.keys(passed)) if (name.startsWith('x-forwarded-')) delete passed[name];
  passed['x-forwarded-for'] = addressOf(request);
  return passed;
}
