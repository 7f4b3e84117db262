import type { ConnectOptions, Filter, From } from './options.ts';

/** Returns the parameters of one connection: the original options, with the subscription's present graph, place and filter. */
export function queryOf(
  options: ConnectOptions,
  now: { readonly graph: string | undefined; readonly from: From | undefined; readonly filter: Filter },
): URLSearchParams {
  const { types, entities, path } = now.filter;
  const given = {
    graph: now.graph,
    from: now.from,
    to: options.to,
    speed: options.speed,
    consumer: options.consumer,
    types: types?.join(','),
    entities: entities?.join(','),
    path,
    on_too_old: options.onTooOld,
    batch: options.batch ?? true,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query;
}
