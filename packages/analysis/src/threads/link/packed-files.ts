import { canonicalJson, hashText, type Entity, type Lanes } from '@graphtail/facts/plain';
import type { LinkedFile } from '../../linker/linker.ts';
import type { PackedFiles } from './protocol.ts';

/** A node or a relationship as text. Its hash is the hash of the text, so a reader that knows the hash need not parse the text. */
export interface EntityText {
  readonly id: string;
  readonly hash: Lanes;
  /** Canonical JSON. */
  readonly json: string;
}

/** The present output of one source file; undefined if the file is gone. */
export type FileOutput = { readonly nodes: readonly EntityText[]; readonly relationships: readonly EntityText[] } | undefined;

export function entityText(entity: Entity): EntityText {
  const json = canonicalJson(entity);
  return { id: entity.id, hash: hashText(json), json };
}

/** Collects the output of files in packed form until it is sent. */
export class Packer {
  #paths: string[] = [];
  #counts: number[] = [];
  #ids: string[] = [];
  #texts: string[] = [];
  #hashes: number[] = [];

  add(path: string, file: LinkedFile): void {
    this.#paths.push(path);
    this.#counts.push(file?.nodes.length ?? -1, file?.relationships.length ?? 0);
    for (const node of file?.nodes ?? []) this.#entity(node);
    for (const relationship of file?.relationships ?? []) this.#entity(relationship);
  }

  #entity(entity: Entity): void {
    const { id, hash, json } = entityText(entity);
    this.#ids.push(id);
    this.#texts.push(json);
    this.#hashes.push(hash.hi, hash.lo);
  }

  take(): PackedFiles {
    const packed = {
      paths: this.#paths,
      counts: Int32Array.from(this.#counts),
      ids: this.#ids,
      texts: this.#texts,
      hashes: Int32Array.from(this.#hashes),
    };
    [this.#paths, this.#counts, this.#ids, this.#texts, this.#hashes] = [[], [], [], [], []];
    return packed;
  }
}

export function* unpack({ paths, counts, ids, texts, hashes }: PackedFiles): Generator<[path: string, output: FileOutput], void, void> {
  let at = 0;
  const take = (count: number): EntityText[] =>
    Array.from({ length: count }, () => {
      const entity = { id: ids[at]!, hash: { hi: hashes[2 * at]!, lo: hashes[2 * at + 1]! }, json: texts[at]! };
      at++;
      return entity;
    });
  for (const [i, path] of paths.entries()) {
    const nodes = counts[2 * i]!;
    yield [path, nodes === -1 ? undefined : { nodes: take(nodes), relationships: take(counts[2 * i + 1]!) }];
  }
}
