import type { RelationshipEnds } from './relationship-ends.ts';

/** How many relationships touch a node: in total, and for the types that decide the node's category. */
export type Degree = {
  /** All relationships; a relationship from a node to itself counts twice. */
  total: number;
  calls: number;
  instantiations: number;
  seams: number;
  imported: number;
  imports: number;
  exports: number;
  /** Types and components that it uses. */
  uses: number;
  /** Relationships in which another node calls, references or uses it. */
  used: number;
};

const NONE: Readonly<Degree> = { total: 0, calls: 0, instantiations: 0, seams: 0, imported: 0, imports: 0, exports: 0, uses: 0, used: 0 };
const OUT: Partial<Record<string, keyof Degree>> = {
  calls: 'calls',
  instantiates: 'instantiations',
  seam: 'seams',
  imports: 'imports',
  exports: 'exports',
  uses: 'uses',
};
const IN: Partial<Record<string, keyof Degree>> = { imports: 'imported', calls: 'used', references: 'used', uses: 'used' };

/** Number of relationships by node. Counts cost a tenth of what keeping the relationships' ids would cost. */
export class Degrees {
  readonly #degrees = new Map<string, Degree>();

  add({ source_id, target_id, relationship_type: type }: RelationshipEnds): void {
    this.#count(source_id, OUT[type], 1);
    this.#count(target_id, IN[type], 1);
  }

  remove({ source_id, target_id, relationship_type: type }: RelationshipEnds): void {
    this.#count(source_id, OUT[type], -1);
    this.#count(target_id, IN[type], -1);
  }

  clear(): void {
    this.#degrees.clear();
  }

  of(node: string): Readonly<Degree> {
    return this.#degrees.get(node) ?? NONE;
  }

  #count(node: string, kind: keyof Degree | undefined, step: 1 | -1): void {
    let degree = this.#degrees.get(node);
    if (degree === undefined) this.#degrees.set(node, (degree = { ...NONE }));
    degree.total += step;
    if (kind !== undefined) degree[kind] += step;
    if (degree.total === 0) this.#degrees.delete(node);
  }
}
