import { compileGlob, GlobError, hasGlobSyntax, type EventType, type Fact } from '@graphtail/facts';

/** Which facts the event log shows. No types: all of them. `text`: words, and `path:` with a glob over file paths. */
export type Filter = { readonly types: ReadonlySet<EventType>; readonly text: string };

/** The types that can be chosen, by what they are about; in the order they are offered. */
export const GROUPS: readonly { readonly label: string; readonly types: readonly EventType[] }[] = [
  { label: 'Nodes', types: ['node_added', 'node_updated', 'node_deleted'] },
  { label: 'Relationships', types: ['relationship_added', 'relationship_updated', 'relationship_deleted'] },
  {
    label: 'Analysis',
    types: ['analysis_started', 'analysis_progress', 'analysis_completed', 'analysis_failed', 'analysis_cancelled', 'graph_reset'],
  },
];

const CHOOSABLE = new Set<string>(GROUPS.flatMap((group) => group.types));
const PATH = 'path:';

export function isAll(filter: Filter): boolean {
  return filter.types.size === 0 && filter.text.trim() === '';
}

/** What the server filters by, and the words that are left to the page. */
export type Query = {
  readonly types: readonly EventType[] | undefined;
  readonly path: string | undefined;
  readonly words: readonly string[];
};

export function queryOf({ types, text }: Filter): Query {
  const terms = text.trim().split(/\s+/).filter(Boolean);
  const path = terms.find((term) => term.startsWith(PATH))?.slice(PATH.length);
  return {
    types: types.size === 0 ? undefined : [...types].sort(),
    path: path === undefined || path === '' ? undefined : hasGlobSyntax(path) ? path : `**/${path}`,
    words: terms.filter((term) => !term.startsWith(PATH)).map((term) => term.toLowerCase()),
  };
}

/** Why the filter can't be used; undefined if it can. */
export function mistakeIn(filter: Filter): string | undefined {
  try {
    compileGlob(queryOf(filter).path ?? '**');
    return undefined;
  } catch (error) {
    if (error instanceof GlobError) return error.message;
    throw error;
  }
}

/** Returns a function that says whether a fact passes. A word is looked for in the fact's ID, type, names and paths, whatever the case. */
export function matcherOf(filter: Filter): (fact: Fact) => boolean {
  if (mistakeIn(filter) !== undefined) return () => false;
  const { path, words } = queryOf(filter);
  const isInPath = path === undefined ? () => true : compileGlob(path);
  return (fact) => {
    if (filter.types.size > 0 && !filter.types.has(fact.event_type)) return false;
    if (path !== undefined && !isInPath(pathOf(fact))) return false;
    return words.every(
      (word) => fact.entity_id.toLowerCase().includes(word) || fact.event_type.includes(word) || dataHolds(fact.data, word),
    );
  };
}

function pathOf({ data }: Fact): string {
  return 'file_path' in data && typeof data.file_path === 'string' ? data.file_path : '';
}

function dataHolds(data: object, text: string): boolean {
  return Object.values(data).some((value) => typeof value === 'string' && value.toLowerCase().includes(text));
}

/** Parses `node_added,node_updated` from the address; unknown types are ignored. */
export function typesFromText(text: string | undefined): ReadonlySet<EventType> {
  return new Set((text ?? '').split(',').filter((name): name is EventType => CHOOSABLE.has(name)));
}

export function typesToText(types: ReadonlySet<EventType>): string | undefined {
  return types.size === 0 ? undefined : [...types].sort().join(',');
}
