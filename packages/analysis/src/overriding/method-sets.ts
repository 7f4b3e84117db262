import { typeKey, type MethodPair, type MethodRecord, type Signature, type TypeRecord } from './records.ts';

/** Types whose methods a type may have by embedding, one in the other. */
const MAX_DEPTH = 8;

interface NamedType {
  readonly key: string;
  readonly inPackage: string;
  isInterface: boolean;
  readonly own: MethodRecord[];
  readonly embeds: string[];
}

interface Method extends MethodRecord {
  /** The type that declares it. */
  readonly of: NamedType;
}

/**
 * Pairs each method of an interface with the methods of the types that have all of the interface's methods, with the same signatures.
 *
 * @param records types in the order in which they count
 * @param most types of one interface that count
 */
export function satisfying(records: readonly TypeRecord[], most: number): MethodPair[] {
  const types = merged(records);
  const sets = new Map<NamedType, ReadonlyMap<string, Method>>();
  const setOf = (type: NamedType): ReadonlyMap<string, Method> => {
    let set = sets.get(type);
    if (set === undefined) sets.set(type, (set = methodSet(type, types)));
    return set;
  };
  const byMethod = new Map<string, NamedType[]>();
  for (const type of types.values()) {
    if (type.isInterface) continue;
    for (const name of setOf(type).keys()) {
      const having = byMethod.get(name);
      if (having === undefined) byMethod.set(name, [type]);
      else having.push(type);
    }
  }
  const pairs: MethodPair[] = [];
  for (const type of types.values()) {
    if (!type.isInterface || type.own.length === 0) continue;
    const wanted = [...setOf(type).values()];
    const fewest = wanted.map(({ name }) => byMethod.get(name) ?? []).reduce((a, b) => (b.length < a.length ? b : a));
    let found = 0;
    for (const candidate of fewest) {
      const has = setOf(candidate);
      if (!wanted.every((method) => fits(method, has.get(method.name)))) continue;
      for (const { id, name } of type.own) {
        const method = has.get(name)!;
        if (!method.of.isInterface) pairs.push([id, method.id]);
      }
      if (++found === most) break;
    }
  }
  return pairs;
}

function merged(records: readonly TypeRecord[]): Map<string, NamedType> {
  const types = new Map<string, NamedType>();
  for (const { inPackage, name, isInterface, methods, embeds } of records) {
    const key = typeKey(inPackage, name);
    let type = types.get(key);
    if (type === undefined) types.set(key, (type = { key, inPackage, isInterface, own: [], embeds: [] }));
    type.isInterface ||= isInterface;
    type.own.push(...methods);
    type.embeds.push(...embeds);
  }
  return types;
}

/** By name. A method hides those of embedded types. */
function methodSet(type: NamedType, types: ReadonlyMap<string, NamedType>): ReadonlyMap<string, Method> {
  const found = new Map<string, Method>();
  const seen = new Set<NamedType>();
  let level = [type];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    for (const of of level) {
      seen.add(of);
      for (const method of of.own) if (!found.has(method.name)) found.set(method.name, { ...method, of });
    }
    const below = level.flatMap(({ embeds }) => embeds.map((key) => types.get(key))).filter((each) => each !== undefined);
    level = [...new Set(below)].filter((each) => !seen.has(each));
  }
  return found;
}

function fits(wanted: Method, method: Method | undefined): boolean {
  if (method === undefined) return false;
  // A name that is not exported means something else in each package.
  if (!/^\p{Lu}/u.test(wanted.name) && wanted.of.inPackage !== method.of.inPackage) return false;
  return sameSignature(wanted.signature, method.signature);
}

function sameSignature(a: Signature, b: Signature): boolean {
  if (a.params.length !== b.params.length) return false;
  return mayBeSame(a.returns, b.returns) && a.params.every((param, i) => mayBeSame(param, b.params[i]!));
}

function mayBeSame(a: string, b: string): boolean {
  return a === b || a.includes('_') || b.includes('_');
}
