/**
 * When an append counts as acknowledged: Redis has it, and syncs its file each second (`everysec`) or before
 * it answers (`always`); or so many replicas have it too (`replicas:<n>`).
 */
export type Durability = 'everysec' | 'always' | `replicas:${number}`;

export function isDurability(text: unknown): text is Durability {
  return typeof text === 'string' && /^(everysec|always|replicas:[1-9])$/.test(text);
}

/** How many replicas must have an append before it is acknowledged. */
export function replicasOf(durability: Durability): number {
  return durability.startsWith('replicas:') ? Number(durability.slice('replicas:'.length)) : 0;
}
