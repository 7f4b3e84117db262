import {
  canonicalJson,
  entityHash,
  lanesToHex,
  type Entity,
  type GraphNode,
  type Lanes,
  type NewFact,
  type Relationship,
} from '@graphtail/facts';
import type { GraphView } from './view.ts';

/** What the source says about one file now; undefined: the file is gone. */
export type FileOutput = { readonly nodes: readonly GraphNode[]; readonly relationships: readonly Relationship[] } | undefined;

/** Files that may differ from what the log says, and what the source says of them. */
export type Difference = ReadonlyMap<string, FileOutput>;

/** Relationships of a file that are gone: told before all deletions of nodes, of other files too. */
export function removalsOf(view: GraphView, path: string, output: FileOutput): NewFact[] {
  const known = view.entitiesOf(path).relationships;
  if (known.size === 0) return [];
  const now = new Set(output?.relationships.map(({ id }) => id));
  return [...known].filter((id) => !now.has(id)).map((id) => relationshipDeleted(view, id));
}

/** What else leads from what the log says of a file to what the source says. It stays together: nodes that are gone, nodes, then relationships added or updated. */
export function changesOf(view: GraphView, path: string, output: FileOutput): NewFact[] {
  const nodes = new Map((output?.nodes ?? []).map((node) => [node.id, node]));
  const relationships = new Map((output?.relationships ?? []).map((relationship) => [relationship.id, relationship]));
  const facts: NewFact[] = [];
  for (const id of view.entitiesOf(path).nodes) if (!nodes.has(id)) facts.push(nodeDeleted(view, id));
  for (const node of nodes.values()) {
    const before = view.node(node.id);
    const hash = entityHash(node);
    const common = { entity_type: 'node', entity_id: node.id, entity_hash: lanesToHex(hash) } as const;
    if (before === undefined) facts.push({ event_type: 'node_added', ...common, data: node });
    else if (sameHash(before.hash, hash)) view.shareNode(node);
    else facts.push({ event_type: 'node_updated', ...common, data: changedAttributes(before.value, node) });
  }
  for (const relationship of relationships.values()) {
    const before = view.relationship(relationship.id);
    const hash = entityHash(relationship);
    const common = { entity_type: 'relationship', entity_id: relationship.id, entity_hash: lanesToHex(hash) } as const;
    if (before === undefined) facts.push({ event_type: 'relationship_added', ...common, data: relationship });
    else if (sameHash(before.hash, hash)) view.shareRelationship(relationship);
    else facts.push({ event_type: 'relationship_updated', ...common, data: changedAttributes(before.value, relationship) });
  }
  return facts;
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
