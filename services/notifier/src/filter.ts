import { compileGlob } from '@graphtail/facts';
import type { FilterSpec } from './parameters.ts';

/** The parts of a fact that a filter or a paced replay reads. */
export type FactKeys = {
  readonly eventType: string;
  readonly entityType: string;
  readonly filePath: string | undefined;
  /** ms since 1970. */
  readonly time: number;
};

export type Filter = (keys: FactKeys) => boolean;

type Readable = { event_type?: unknown; entity_type?: unknown; timestamp?: unknown; data?: { file_path?: unknown } | null };

/** Reads the keys of a fact's JSON. A kind of fact that this version does not know is read like any other. */
export function readKeys(json: string): FactKeys {
  const { event_type, entity_type, timestamp, data } = JSON.parse(json) as Readable;
  return {
    eventType: String(event_type),
    entityType: String(entity_type),
    filePath: typeof data?.file_path === 'string' ? data.file_path : undefined,
    time: Date.parse(String(timestamp)),
  };
}

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
