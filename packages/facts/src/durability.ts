/**
 * When an append counts as acknowledged.
 * `everysec`: Redis has the append, and syncs its file each second.
 * `always`: Redis has the append, and syncs its file before it answers.
 * `replicas:<n>`: Redis has the append, and so have n replicas.
 */
export type Durability = 'everysec' | 'always' | `replicas:${number}`;

export function isDurability(text: unknown): text is Durability {
  return typeof text === 'string' && /^(everysec|always|replicas:[1-9])$/.test(text);
}

/** How many replicas must have an append before it is acknowledged. */
export function replicasOf(durability: Durability): number {
  return durability.startsWith('replicas:') ? Number(durability.slice('replicas:'.length)) : 0;
}
