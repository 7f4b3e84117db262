import { compileGlob } from '@graphtail/facts';
import type { FactKeys } from '../feed/fact-keys.ts';
import type { FilterSpec } from '../wire/parameters.ts';

export type Filter = (keys: FactKeys) => boolean;

/**
 * A fact passes if its event type and its entity type are listed, and the glob matches its file. A condition that is not given excludes
 * nothing. Returns undefined if every fact passes.
 */
export function compileFilter({ eventTypes, entityTypes, path }: FilterSpec): Filter | undefined {
  if (eventTypes.length === 0 && entityTypes.length === 0 && path === '') return undefined;
  const events = eventTypes.length === 0 ? undefined : new Set(eventTypes);
  const entities = entityTypes.length === 0 ? undefined : new Set(entityTypes);
  const matches = path === '' ? undefined : rememberingTheLast(compileGlob(path));
  return ({ eventType, entityType, filePath }) =>
    (events === undefined || events.has(eventType)) &&
    (entities === undefined || entities.has(entityType)) &&
    (matches === undefined || (filePath !== undefined && matches(filePath)));
}

/** A file's facts follow one another, so its path is matched once. */
function rememberingTheLast(matches: (path: string) => boolean): (path: string) => boolean {
  let last: string | undefined;
  let verdict = false;
  return (path) => {
    if (path !== last) {
      verdict = matches(path);
      last = path;
    }
    return verdict;
  };
}
