/**
 * What the linker knows of Python's own objects: only what passes types on, for example from a list to the values of a loop over it. It
 * is written as a TypeScript declaration and read like any other. Names missing here still count as Python's own.
 */
export const PYTHON_DECLARATIONS = `
export interface list<T> { [index: number]: T; __getitem__(i: number): T; append(x: T): void; extend(x: unknown): void; insert(i: number, x: T): void; remove(x: T): void; pop(): T; popleft(): T; appendleft(x: T): void; copy(): list<T>; clear(): void; sort(): void; reverse(): void; index(x: T): number; count(x: T): number; add(x: T): void; discard(x: T): void; update(x: unknown): void; union(x: unknown): list<T>; difference(x: unknown): list<T>; intersection(x: unknown): list<T>; issubset(x: unknown): unknown; send(x: unknown): T; close(): void; throw(x: unknown): T; __iter__(): list<T>; __next__(): T; __enter__(): T }
export interface dict<K, V> { [index: number]: K; __getitem__(k: K): V; get(k: K, d?: V): V; pop(k: K): V; setdefault(k: K, d?: V): V; items(): list<[K, V]>; keys(): list<K>; values(): list<V>; update(x: unknown): void; copy(): dict<K, V>; clear(): void; popitem(): [K, V]; move_to_end(k: K): void }
export declare function __list<T>(...items: T[]): list<T>;
export declare function __dict<K, V>(k?: K, v?: V): dict<K, V>;
export declare function sorted<T>(x: list<T>): list<T>;
export declare function reversed<T>(x: list<T>): list<T>;
export declare function enumerate<T>(x: list<T>): list<[number, T]>;
export declare function iter<T>(x: list<T>): list<T>;
export declare function aiter<T>(x: list<T>): list<T>;
export declare function next<T>(x: list<T>): T;
export declare function anext<T>(x: list<T>): T;
export declare function min<T>(x: list<T>): T;
export declare function max<T>(x: list<T>): T;
export declare function zip<A, B, C>(a: list<A>, b?: list<B>, c?: list<C>): list<[A, B, C]>;
export declare function filter<T>(test: unknown, x: list<T>): list<T>;
export declare function set<T>(x?: list<T>): list<T>;
export declare function frozenset<T>(x?: list<T>): list<T>;
export declare function list<T>(x?: list<T>): list<T>;
export declare function dict<K, V>(x?: dict<K, V>): dict<K, V>;
export declare function tuple<T>(x?: list<T>): list<T>;
`;
