import type { EntityText, FileOutput } from '@graphtail/analysis';
import { canonicalJson, lanesToHex, type Entity, type Entry, type Lanes, type NewFact } from '@graphtail/facts';
import type { GraphView } from '../view.ts';

/** By path: files that may differ from the log, each with its output from the source. */
export type Difference = ReadonlyMap<string, FileOutput>;

/** Deletions of a file's relationships. They are appended before all deletions of nodes, including those of other files. */
export function removalsOf(view: GraphView, path: string, output: FileOutput): NewFact[] {
  return goneOf(view.entitiesOf(path).relationships, output?.relationships).map((id) => relationshipDeleted(view, id));
}

/**
 * The other facts that lead from the log's state of a file to the source's. They stay together in this order: deleted nodes, added
 * or updated nodes, added or updated relationships.
 */
export function changesOf(view: GraphView, path: string, output: FileOutput): NewFact[] {
  const facts: NewFact[] = goneOf(view.entitiesOf(path).nodes, output?.nodes).map((id) => nodeDeleted(view, id));
  for (const { before, data, entity_hash } of differing(output?.nodes, (id) => view.node(id))) {
    const common = { entity_type: 'node', entity_id: data.id, entity_hash } as const;
    if (before === undefined) facts.push({ event_type: 'node_added', ...common, data });
    else facts.push({ event_type: 'node_updated', ...common, data: changedAttributes(before, data) });
  }
  for (const { before, data, entity_hash } of differing(output?.relationships, (id) => view.relationship(id))) {
    const common = { entity_type: 'relationship', entity_id: data.id, entity_hash } as const;
    if (before === undefined) facts.push({ event_type: 'relationship_added', ...common, data });
    else facts.push({ event_type: 'relationship_updated', ...common, data: changedAttributes(before, data) });
  }
  return facts;
}

/** Whether log and source differ in a file. */
export function differs(view: GraphView, path: string, output: FileOutput): boolean {
  const known = view.entitiesOf(path);
  const [nodes, relationships] = [output?.nodes ?? [], output?.relationships ?? []];
  if (known.nodes.size !== nodes.length || known.relationships.size !== relationships.length) return true;
  return !(
    nodes.every(({ id, hash }) => isSaid(view.node(id), hash)) && relationships.every(({ id, hash }) => isSaid(view.relationship(id), hash))
  );
}

function goneOf(known: ReadonlySet<string>, said: readonly EntityText[] = []): string[] {
  if (known.size === 0) return [];
  const now = new Set(said.map(({ id }) => id));
  return [...known].filter((id) => !now.has(id));
}

/** The source's entities that the log lacks or has with another hash. Only their JSON is parsed. */
function* differing<E extends Entity>(
  said: readonly EntityText[] = [],
  entryOf: (id: string) => Entry<E> | undefined,
): Generator<{ readonly before: E | undefined; readonly data: E; readonly entity_hash: string }, void, void> {
  for (const { id, hash, json } of said) {
    const entry = entryOf(id);
    if (!isSaid(entry, hash)) yield { before: entry?.value, data: JSON.parse(json) as E, entity_hash: lanesToHex(hash) };
  }
}

function isSaid(entry: Entry<Entity> | undefined, hash: Lanes): boolean {
  return entry !== undefined && sameHash(entry.hash, hash);
}

function sameHash(a: Lanes, b: Lanes): boolean {
  return a.hi === b.hi && a.lo === b.lo;
}

function changedAttributes<E extends Entity>(before: E, after: E): { [Key in keyof E]?: E[Key] | null } & { file_path: string } {
  const changed: Record<string, unknown> = { file_path: after.file_path };
  const [old, now] = [before as Record<string, unknown>, after as Record<string, unknown>];
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const value = now[key] ?? null;
    if (canonicalJson(old[key] ?? null) !== canonicalJson(value)) changed[key] = value;
  }
  return changed as { [Key in keyof E]?: E[Key] | null } & { file_path: string };
}

function nodeDeleted(view: GraphView, id: string): NewFact {
  const { value, hash } = view.node(id)!;
  const { name, node_type, file_path } = value;
  return {
    event_type: 'node_deleted',
    entity_type: 'node',
    entity_id: id,
    entity_hash: lanesToHex(hash),
    data: { name, node_type, file_path },
  };
}

function relationshipDeleted(view: GraphView, id: string): NewFact {
  const { value, hash } = view.relationship(id)!;
  const { source_id, target_id, relationship_type, file_path } = value;
  return {
    event_type: 'relationship_deleted',
    entity_type: 'relationship',
    entity_id: id,
    entity_hash: lanesToHex(hash),
    data: { source_id, target_id, relationship_type, file_path },
  };
}
