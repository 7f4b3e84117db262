/** What a request changes, in words for the audit log. */
export type Change = {
  /** A verb, e.g. `reanalyze`; for an unknown change, its method and path. */
  readonly action: string;
  /** What the address says that the request changes: a graph, a consumer, or `graph/consumer`; else empty. */
  readonly target: string;
};

const KNOWN: readonly { readonly method: string; readonly path: RegExp; readonly action: (verb: string) => string }[] = [
  { method: 'POST', path: /^\/api\/graphs\/?$/i, action: () => 'add_graph' },
  { method: 'DELETE', path: /^\/api\/graphs\/(?<name>[^/]+)\/?$/i, action: () => 'remove_graph' },
  { method: 'POST', path: /^\/api\/graph\/admin\/(?<verb>reanalyze|cancel|rebuild)\/?$/i, action: (verb) => verb },
  { method: 'POST', path: /^\/api\/consumers\/(?<name>[^/]+)\/(?<verb>ack|seek)\/?$/i, action: (verb) => `${verb}_consumer` },
  { method: 'DELETE', path: /^\/api\/consumers\/(?<name>[^/]+)\/?$/i, action: () => 'delete_consumer' },
  { method: 'POST', path: /^\/api\/alerts\/?$/i, action: () => 'receive_alerts' },
  { method: 'POST', path: /^\/api\/alerts\/(?<name>[^/]+)\/ack\/?$/i, action: () => 'acknowledge_alert' },
];

/** The action of a subscription with a consumer's name: it takes that name from the session that has it. */
export const TAKE_CONSUMER = 'take_consumer';

export function changeOf(method: string, url: string): Change {
  const [path = '', ...rest] = url.split('?');
  const query = new URLSearchParams(rest.join('?'));
  const consumer = query.get('consumer');
  if (consumer !== null) return { action: TAKE_CONSUMER, target: targetText(query.get('graph'), consumer) };
  for (const known of KNOWN) {
    const match = known.method === method ? known.path.exec(path) : null;
    if (match === null) continue;
    const { name, verb = '' } = match.groups ?? {};
    return { action: known.action(verb.toLowerCase()), target: targetText(query.get('graph'), decoded(name)) };
  }
  return { action: `${method} ${path}`, target: query.get('graph') ?? '' };
}

export function targetText(graph: string | null | undefined, name?: string): string {
  return [graph, name].filter((part) => part !== null && part !== undefined && part !== '').join('/');
}

function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
