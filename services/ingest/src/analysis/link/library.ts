import { ecmascript } from '../ecmascript/plugin.ts';
import type { SourceExtraction } from '../extraction.ts';
import { Unit } from './unit.ts';

/**
 * What the linker knows of JavaScript's own objects: just what passes types on, from a list to the parameter
 * of a callback, from a promise to what is awaited. Written as a declaration file and read like any other.
 */
const DECLARATIONS = `
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

/**
 * The same for packages that hand on types in ways that decide where an application's calls go: what they declare here
 * is as if it stood in the package. No node comes of it.
 */
const PACKAGES: Readonly<Record<string, string>> = {
  'pkg:npm/react': `
export interface RefObject<T> { current: T }
export interface Context<T> { Provider: FC<{ value: T }>; Consumer: unknown }
export type FC<P> = { (props: P): unknown; displayName: string; defaultProps: P };
export type FunctionComponent<P> = FC<P>;
export type PropsWithChildren<P> = P;
export type MutableRefObject<T> = RefObject<T>;
export type Dispatch<A> = (action: A) => void;
export type SetStateAction<S> = S | ((previous: S) => S);
export declare class Component<P, S> { props: P; state: S; context: unknown; setState(state: S | ((state: S, props: P) => S), then?: () => void): void; forceUpdate(): void }
export declare class PureComponent<P, S> extends Component<P, S> {}
export declare function useState<S>(initial: S | (() => S)): [S, (next: S | ((previous: S) => S)) => void];
export declare function useReducer<S, A>(reducer: (state: S, action: A) => S, initial: S): [S, (action: A) => void];
export declare function useRef<T>(initial: T): RefObject<T>;
export declare function useMemo<T>(make: () => T, deps?: unknown[]): T;
export declare function useCallback<F>(callback: F, deps?: unknown[]): F;
export declare function useContext<T>(context: Context<T>): T;
export declare function createContext<T>(initial: T): Context<T>;
export declare function useSyncExternalStore<T>(subscribe: (notify: () => void) => () => void, get: () => T): T;
export declare function useDeferredValue<T>(value: T): T;
export declare function use<T>(of: Promise<T>): T;
export declare function memo<C>(component: C): C;
export declare function lazy<C>(load: () => Promise<{ default: C }>): C;
export declare function forwardRef<R, P>(render: (props: P, ref: RefObject<R>) => unknown): FC<P>;
declare const React: { Component: typeof Component; PureComponent: typeof PureComponent; useState: typeof useState; useReducer: typeof useReducer; useRef: typeof useRef; useMemo: typeof useMemo; useCallback: typeof useCallback; useContext: typeof useContext; createContext: typeof createContext; memo: typeof memo; lazy: typeof lazy; forwardRef: typeof forwardRef };
declare namespace React {
  export { RefObject, Context, FC, FunctionComponent, PropsWithChildren, MutableRefObject, Dispatch, SetStateAction, Component, PureComponent };
}
export default React;
`,
  'pkg:npm/@angular/core': `
export interface Signal<T> { (): T }
export interface WritableSignal<T> { (): T; set(value: T): void; update(to: (value: T) => T): void; asReadonly(): Signal<T> }
export declare function inject<T>(token: new (...args: any[]) => T): T;
export declare function signal<T>(initial: T): WritableSignal<T>;
export declare function computed<T>(compute: () => T): Signal<T>;
export declare function linkedSignal<T>(compute: () => T): WritableSignal<T>;
`,
  'pkg:npm/vue': `
export interface Ref<T> { value: T }
export type ComputedRef<T> = Ref<T>;
export type ShallowRef<T> = Ref<T>;
export declare function ref<T>(value: T): Ref<T>;
export declare function shallowRef<T>(value: T): Ref<T>;
export declare function computed<T>(get: () => T): Ref<T>;
export declare function reactive<T>(value: T): T;
export declare function readonly<T>(value: T): T;
export declare function toRaw<T>(value: T): T;
export declare function unref<T>(value: Ref<T>): T;
export declare function inject<T>(key: unknown, fallback?: T): T;
`,
};

const LIBRARY_PATH = 'lib.d.ts';

const extractions = new Map<string, SourceExtraction>();

function unitOf(path: string, declarations: string): Unit {
  let extraction = extractions.get(path);
  if (extraction === undefined)
    extractions.set(path, (extraction = ecmascript.extract(declarations, LIBRARY_PATH, '') as SourceExtraction));
  return new Unit(path, extraction, true);
}

/** The unit of the language's own objects; every program has its own, since what is derived may be forgotten with the program. */
export function libraryUnit(): Unit {
  return unitOf(LIBRARY_PATH, DECLARATIONS);
}

/** The unit of what is known of a package, if anything is. */
export function packageUnit(packageId: string): Unit | undefined {
  const declarations = PACKAGES[packageId];
  return declarations === undefined ? undefined : unitOf(packageId, declarations);
}
