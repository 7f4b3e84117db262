/** What the linker knows of java.util: the types of what is taken out of a collection. */
export const JAVA_DECLARATIONS = `
export interface Collection<T> { [index: number]: T; add(x: T): unknown; addAll(x: unknown): unknown; contains(x: unknown): unknown; remove(x: unknown): T; size(): unknown; isEmpty(): unknown; clear(): void; iterator(): Iterator<T>; stream(): Stream<T>; forEach(f: (x: T) => void): void; toArray(x?: unknown): T[] }
export interface List<T> extends Collection<T> { get(i: number): T; getFirst(): T; getLast(): T; set(i: number, x: T): T; indexOf(x: T): unknown; sort(x: unknown): void; subList(a: number, b: number): List<T> }
export type ArrayList<T> = List<T>;
export type LinkedList<T> = Deque<T>;
export type Set<T> = Collection<T>;
export type HashSet<T> = Collection<T>;
export type LinkedHashSet<T> = Collection<T>;
export type TreeSet<T> = Collection<T>;
export interface Deque<T> extends List<T> { peek(): T; poll(): T; pop(): T; push(x: T): void; element(): T; offer(x: T): unknown; pollFirst(): T; pollLast(): T; peekFirst(): T; peekLast(): T; removeFirst(): T; removeLast(): T; addFirst(x: T): void; addLast(x: T): void }
export type Queue<T> = Deque<T>;
export type ArrayDeque<T> = Deque<T>;
export interface Iterator<T> { [index: number]: T; next(): T; hasNext(): unknown; remove(): void }
export interface Map<K, V> { get(k: unknown): V; getOrDefault(k: unknown, d: V): V; put(k: K, v: V): V; putIfAbsent(k: K, v: V): V; computeIfAbsent(k: K, f: unknown): V; remove(k: unknown): V; values(): Collection<V>; keySet(): Collection<K>; entrySet(): Collection<MapEntry<K, V>>; containsKey(k: unknown): unknown; size(): unknown; isEmpty(): unknown; clear(): void; forEach(f: (k: K, v: V) => void): void }
export interface MapEntry<K, V> { getKey(): K; getValue(): V }
export type HashMap<K, V> = Map<K, V>;
export type LinkedHashMap<K, V> = Map<K, V>;
export type TreeMap<K, V> = Map<K, V>;
export interface Optional<T> { get(): T; orElse(x: T): T; orElseThrow(x?: unknown): T; orElseGet(f: unknown): T; isPresent(): unknown; isEmpty(): unknown; ifPresent(f: (x: T) => void): void; map<U>(f: (x: T) => U): Optional<U>; filter(f: (x: T) => unknown): Optional<T> }
export interface Stream<T> { [index: number]: T; map<U>(f: (x: T) => U): Stream<U>; filter(f: (x: T) => unknown): Stream<T>; forEach(f: (x: T) => void): void; findFirst(): Optional<T>; findAny(): Optional<T>; toList(): List<T>; collect(x: unknown): unknown; anyMatch(f: (x: T) => unknown): unknown; allMatch(f: (x: T) => unknown): unknown; noneMatch(f: (x: T) => unknown): unknown; sorted(f?: unknown): Stream<T>; limit(n: number): Stream<T>; distinct(): Stream<T>; count(): unknown }
`;
