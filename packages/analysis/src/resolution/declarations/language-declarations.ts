/**
 * What the linker knows of JavaScript's own objects: only what passes types on, from a list to the parameter of a callback, from a
 * promise to the awaited value. It is written as a declaration file and read like any other.
 */
export const LANGUAGE_DECLARATIONS = `
interface Array<T> {
  [index: number]: T;
  length: number;
  at(index: number): T;
  concat(...items: T[][]): T[];
  copyWithin(): T[];
  entries(): Iterable<[number, T]>;
  every(test: (value: T, index: number, array: T[]) => unknown): boolean;
  fill(value: T): T[];
  filter<S>(test: (value: T, index: number, array: T[]) => value is S): S[];
  filter(test: (value: T, index: number, array: T[]) => unknown): T[];
  find<S>(test: (value: T, index: number, array: T[]) => value is S): S;
  find(test: (value: T, index: number, array: T[]) => unknown): T;
  findIndex(test: (value: T, index: number, array: T[]) => unknown): number;
  findLast(test: (value: T, index: number, array: T[]) => unknown): T;
  findLastIndex(test: (value: T, index: number, array: T[]) => unknown): number;
  flat(): T extends (infer U)[] ? U[] : T[];
  flatMap<U>(to: (value: T, index: number, array: T[]) => U | U[]): U[];
  forEach(each: (value: T, index: number, array: T[]) => void): void;
  includes(value: T): boolean;
  indexOf(value: T): number;
  join(separator?: string): string;
  keys(): Iterable<number>;
  lastIndexOf(value: T): number;
  map<U>(to: (value: T, index: number, array: T[]) => U): U[];
  pop(): T;
  push(...items: T[]): number;
  reduce<U>(step: (sum: U, value: T, index: number, array: T[]) => U, start: U): U;
  reduceRight<U>(step: (sum: U, value: T, index: number, array: T[]) => U, start: U): U;
  reverse(): T[];
  shift(): T;
  slice(start?: number, end?: number): T[];
  some(test: (value: T, index: number, array: T[]) => unknown): boolean;
  sort(compare?: (a: T, b: T) => number): T[];
  splice(start: number, count?: number, ...items: T[]): T[];
  toReversed(): T[];
  toSorted(compare?: (a: T, b: T) => number): T[];
  toSpliced(start: number, count?: number, ...items: T[]): T[];
  unshift(...items: T[]): number;
  values(): Iterable<T>;
  with(index: number, value: T): T[];
}
type ReadonlyArray<T> = T[];
interface Iterable<T> { __element: T; next(): { value: T; done: boolean }; forEach(each: (value: T) => void): void; map<U>(to: (value: T) => U): Iterable<U>; filter(test: (value: T) => unknown): Iterable<T>; toArray(): T[] }
type Iterator<T> = Iterable<T>;
type IterableIterator<T> = Iterable<T>;
type Generator<T> = Iterable<T>;
type AsyncIterable<T> = Iterable<T>;
type AsyncGenerator<T> = Iterable<T>;
type AsyncIterableIterator<T> = Iterable<T>;
type ArrayLike<T> = T[];
interface Map<K, V> {
  __element: [K, V];
  size: number;
  clear(): void;
  delete(key: K): boolean;
  entries(): Iterable<[K, V]>;
  forEach(each: (value: V, key: K, map: Map<K, V>) => void): void;
  get(key: K): V;
  has(key: K): boolean;
  keys(): Iterable<K>;
  set(key: K, value: V): Map<K, V>;
  values(): Iterable<V>;
}
type ReadonlyMap<K, V> = Map<K, V>;
interface WeakMap<K, V> { get(key: K): V; set(key: K, value: V): WeakMap<K, V>; has(key: K): boolean; delete(key: K): boolean }
interface Set<T> {
  __element: T;
  size: number;
  add(value: T): Set<T>;
  clear(): void;
  delete(value: T): boolean;
  entries(): Iterable<[T, T]>;
  forEach(each: (value: T, key: T, set: Set<T>) => void): void;
  has(value: T): boolean;
  keys(): Iterable<T>;
  values(): Iterable<T>;
  union(other: Set<T>): Set<T>;
  difference(other: Set<T>): Set<T>;
  intersection(other: Set<T>): Set<T>;
}
type ReadonlySet<T> = Set<T>;
interface WeakSet<T> { add(value: T): WeakSet<T>; has(value: T): boolean; delete(value: T): boolean }
interface WeakRef<T> { deref(): T }
interface Promise<T> {
  then<U, E>(done: (value: T) => U, failed?: (error: unknown) => E): Promise<Awaited<U>>;
  catch(failed: (error: unknown) => unknown): Promise<T>;
  finally(then: () => void): Promise<T>;
}
type PromiseLike<T> = Promise<T>;
interface String {
  length: number;
  split(separator: unknown): string[];
  match(pattern: unknown): string[];
  matchAll(pattern: unknown): Iterable<string[]>;
  replace(pattern: unknown, to: (...matched: string[]) => string): string;
  replaceAll(pattern: unknown, to: (...matched: string[]) => string): string;
  at(index: number): string; charAt(index: number): string; charCodeAt(index: number): number; codePointAt(index: number): number;
  concat(other: string): string; endsWith(other: string): boolean; includes(other: string): boolean; indexOf(other: string): number;
  lastIndexOf(other: string): number; localeCompare(other: string): number; normalize(): string; padEnd(to: number): string;
  padStart(to: number): string; repeat(times: number): string; slice(from: number): string; startsWith(other: string): boolean;
  substring(from: number): string; substr(from: number): string; toLowerCase(): string; toUpperCase(): string; trim(): string;
  trimEnd(): string; trimStart(): string; toString(): string; valueOf(): string; search(pattern: unknown): number;
  toLocaleLowerCase(): string; toLocaleUpperCase(): string;
}
interface Number { toFixed(digits?: number): string; toString(base?: number): string; toPrecision(digits?: number): string; toLocaleString(): string; valueOf(): number }
interface Boolean { toString(): string; valueOf(): boolean }
interface RegExp { exec(text: string): string[]; test(text: string): boolean; source: string; flags: string }
interface Error { name: string; message: string; stack: string; cause: unknown }
interface Function { name: string; length: number; toString(): string }
interface Date { getTime(): number; toISOString(): string; toString(): string; valueOf(): number }
interface ArrayConstructor {
  new <T>(...items: T[]): T[];
  <T>(...items: T[]): T[];
  from<T, U>(items: Iterable<T>, to: (value: T, index: number) => U): U[];
  from<T>(items: Iterable<T>): T[];
  isArray(value: unknown): boolean;
  of<T>(...items: T[]): T[];
}
declare const Array: ArrayConstructor;
interface MapConstructor { new <K, V>(entries?: Iterable<[K, V]>): Map<K, V>; groupBy<K, T>(items: Iterable<T>, to: (value: T, index: number) => K): Map<K, T[]> }
declare const Map: MapConstructor;
declare const WeakMap: { new <K, V>(): WeakMap<K, V> };
declare const Set: { new <T>(values?: Iterable<T>): Set<T> };
declare const WeakSet: { new <T>(): WeakSet<T> };
declare const WeakRef: { new <T>(value: T): WeakRef<T> };
interface PromiseConstructor {
  new <T>(run: (resolve: (value: T) => void, reject: (error: unknown) => void) => void): Promise<T>;
  all<T>(values: Iterable<T>): Promise<Awaited<T>[]>;
  allSettled<T>(values: Iterable<T>): Promise<{ status: string; value: Awaited<T>; reason: unknown }[]>;
  any<T>(values: Iterable<T>): Promise<Awaited<T>>;
  race<T>(values: Iterable<T>): Promise<Awaited<T>>;
  resolve<T>(value: T): Promise<Awaited<T>>;
  reject(error: unknown): Promise<unknown>;
}
declare const Promise: PromiseConstructor;
interface ObjectConstructor {
  assign<A, B, C>(target: A, b: B, c: C): A & B & C;
  assign<A, B>(target: A, b: B): A & B;
  create<T>(prototype: T): T;
  entries<T>(of: { [key: string]: T }): [string, T][];
  freeze<T>(value: T): T;
  fromEntries<T>(entries: Iterable<[unknown, T]>): { [key: string]: T };
  groupBy<K, T>(items: Iterable<T>, to: (value: T, index: number) => K): { [key: string]: T[] };
  keys(of: unknown): string[];
  seal<T>(value: T): T;
  values<T>(of: { [key: string]: T }): T[];
}
declare const Object: ObjectConstructor;
declare const Error: { new (message?: string): Error };
declare const Date: { new (value?: unknown): Date; now(): number };
declare const RegExp: { new (source: string): RegExp };
declare function defineProps<T>(): T;
declare function withDefaults<T>(props: T, defaults: unknown): T;
declare function $state<T>(value: T): T;
declare function $derived<T>(value: T): T;
declare function $props<T>(): T;
declare function structuredClone<T>(value: T): T;
declare function setTimeout(run: () => void, ms?: number): number;
declare function setInterval(run: () => void, ms?: number): number;
declare function queueMicrotask(run: () => void): void;
type Readonly<T> = T;
type Partial<T> = T;
type Required<T> = T;
type NonNullable<T> = T;
type Pick<T, K> = T;
type Omit<T, K> = T;
type Extract<T, U> = T;
type Exclude<T, U> = T;
type NoInfer<T> = T;
type Record<K, V> = { [key: string]: V };
type PropertyKey = string;
`;
