import { RELATIONSHIP_TYPES, type RelationshipType } from '@graphtail/facts';

/** Types that this process has seen: the known ones, and those of newer producers. Their number fits into a byte. */
const types: string[] = [...RELATIONSHIP_TYPES];
const numbers = new Map(types.map((type, number) => [type, number]));
const MOST = 255;

/** The number of a type. A type that is new gets one; undefined if there are too many. */
export function numberOfType(type: string): number | undefined {
  const known = numbers.get(type);
  if (known !== undefined || types.length === MOST) return known;
  numbers.set(type, types.length);
  return types.push(type) - 1;
}

/** The number of a type; -1 if no relationship of it was ever seen. */
export function findType(type: string): number {
  return numbers.get(type) ?? -1;
}

export function typeWithNumber(number: number): RelationshipType {
  return types[number] as RelationshipType;
}

export function typeCount(): number {
  return types.length;
}
