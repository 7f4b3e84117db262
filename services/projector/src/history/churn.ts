import { MalformedFact, decodeFact, type Fact } from '@graphtail/facts';
import { byText } from '../projection/ranking.ts';
import { smallest } from '../projection/smallest.ts';
import type { PastBatch } from './read-back.ts';

/** Facts that one answer counts at most, the newest ones. */
const MAX_COUNTED = 500_000;

export type Churned = { readonly id: string; facts: number; last_changed_at: string };

/** Attributes of a node that change when code only moves. */
const PLACE = new Set(['start_line', 'end_line', 'file_path']);

/** How often files and nodes were changed. Code that only moved is not counted. */
export class Churn {
  readonly #files = new Map<string, Churned>();
  readonly #nodes = new Map<string, Churned>();
  #counted = 0;

  /** Whether more facts may be counted. */
  get isFull(): boolean {
    return this.#counted >= MAX_COUNTED;
  }

  /** Batches come newest first. */
  add({ appendedAt, facts }: PastBatch): void {
    this.#counted += facts.length;
    const at = new Date(appendedAt).toISOString();
    for (const json of facts) {
      const fact = decodeFact(json);
      if (fact instanceof MalformedFact || !isChange(fact)) continue;
      const { file_path: file } = fact.data as { file_path?: string };
      if (file !== undefined && file !== '') count(this.#files, file, at);
      if (fact.entity_type === 'node') count(this.#nodes, fact.entity_id, at);
    }
  }

  files(most: number): Churned[] {
    return busiest(this.#files, most);
  }

  nodes(most: number): Churned[] {
    return busiest(this.#nodes, most);
  }
}

function isChange({ event_type: type, entity_type: entity, data }: Fact): boolean {
  if (entity !== 'node' && entity !== 'relationship') return false;
  return type !== 'node_updated' || Object.keys(data).some((key) => !PLACE.has(key));
}

function count(churned: Map<string, Churned>, id: string, at: string): void {
  const known = churned.get(id);
  if (known === undefined) churned.set(id, { id, facts: 1, last_changed_at: at });
  else known.facts++;
}

function busiest(churned: ReadonlyMap<string, Churned>, most: number): Churned[] {
  return smallest([...churned.values()], most, (a, b) => b.facts - a.facts || byText(a.id, b.id));
}
