/**
 * What the linker knows of Rust's standard library: what passes on the type of its content. `__try` is the value of `?`, `__err` the
 * error that `?` returns.
 */
export const RUST_DECLARATIONS = `
export interface Box<T> extends T { as_ref(): T; as_mut(): T }
export interface Arc<T> extends T { clone(): Arc<T>; as_ref(): T }
export interface Rc<T> extends T { clone(): Rc<T>; as_ref(): T }
export interface Cow<T> extends T { into_owned(): T; to_mut(): T }
export interface Pin<T> extends T { as_mut(): Pin<T>; as_ref(): Pin<T>; get_mut(): T; get_ref(): T; get_unchecked_mut(): T }
export interface ManuallyDrop<T> extends T { }
export interface Ref<T> extends T { }
export interface RefMut<T> extends T { }
export interface MutexGuard<T> extends T { }
export interface RwLockReadGuard<T> extends T { }
export interface RwLockWriteGuard<T> extends T { }
export interface Weak<T> { upgrade(): Option<Arc<T>>; clone(): Weak<T> }
export interface RefCell<T> { borrow(): T; borrow_mut(): T; into_inner(): T; get_mut(): T }
export interface Cell<T> { get(): T; set(x: T): void; take(): T; replace(x: T): T; into_inner(): T }
export interface UnsafeCell<T> { get(): T; get_mut(): T; into_inner(): T }
export interface Mutex<T> { lock(): Result<T, unknown>; try_lock(): Result<T, unknown>; into_inner(): Result<T, unknown>; get_mut(): Result<T, unknown> }
export interface RwLock<T> { read(): Result<T, unknown>; write(): Result<T, unknown>; into_inner(): Result<T, unknown> }
export interface OnceLock<T> { get(): Option<T>; get_or_init(f: () => T): T }
export interface OnceCell<T> { get(): Option<T>; get_or_init(f: () => T): T }
export interface LazyLock<T> extends T { }
export interface Option<T> { [index: number]: T; __try: T; unwrap(): T; expect(m: unknown): T; unwrap_or(d: T): T; unwrap_or_else(f: () => T): T; unwrap_or_default(): T; unwrap_unchecked(): T; as_ref(): Option<T>; as_mut(): Option<T>; as_deref(): Option<T>; as_deref_mut(): Option<T>; as_pin_mut(): Option<T>; take(): Option<T>; replace(x: T): Option<T>; insert(x: T): T; get_or_insert(x: T): T; get_or_insert_with(f: () => T): T; cloned(): Option<T>; copied(): Option<T>; clone(): Option<T>; map<U>(f: (x: T) => U): Option<U>; and_then<U>(f: (x: T) => Option<U>): Option<U>; map_or<U>(d: U, f: (x: T) => U): U; map_or_else<U>(d: () => U, f: (x: T) => U): U; filter(f: (x: T) => unknown): Option<T>; or(o: Option<T>): Option<T>; or_else(f: () => Option<T>): Option<T>; ok_or<E>(e: E): Result<T, E>; ok_or_else<E>(f: () => E): Result<T, E>; is_some(): unknown; is_none(): unknown; is_some_and(f: (x: T) => unknown): unknown; is_none_or(f: (x: T) => unknown): unknown; iter(): Iterator<T>; iter_mut(): Iterator<T>; into_iter(): Iterator<T>; inspect(f: (x: T) => unknown): Option<T>; zip<U>(o: Option<U>): Option<[T, U]>; transpose(): unknown; flatten(): T; xor(o: Option<T>): Option<T> }
export interface Result<T, E> { [index: number]: T; __try: T; __err: E; unwrap(): T; expect(m: unknown): T; unwrap_or(d: T): T; unwrap_or_else(f: (e: E) => T): T; unwrap_or_default(): T; unwrap_err(): E; expect_err(m: unknown): E; as_ref(): Result<T, E>; as_mut(): Result<T, E>; ok(): Option<T>; err(): Option<E>; map<U>(f: (x: T) => U): Result<U, E>; map_err<F>(f: (e: E) => F): Result<T, F>; and_then<U>(f: (x: T) => Result<U, E>): Result<U, E>; or_else<F>(f: (e: E) => Result<T, F>): Result<T, F>; map_or<U>(d: U, f: (x: T) => U): U; is_ok(): unknown; is_err(): unknown; is_ok_and(f: (x: T) => unknown): unknown; is_err_and(f: (e: E) => unknown): unknown; iter(): Iterator<T>; cloned(): Result<T, E>; copied(): Result<T, E>; clone(): Result<T, E>; inspect(f: (x: T) => unknown): Result<T, E>; inspect_err(f: (e: E) => unknown): Result<T, E> }
export interface Poll<T> { __ready: T; map<U>(f: (x: T) => U): Poll<U>; is_ready(): unknown; is_pending(): unknown }
export interface Iterator<T> { [index: number]: T; next(): Option<T>; next_back(): Option<T>; peek(): Option<T>; iter(): Iterator<T>; into_iter(): Iterator<T>; by_ref(): Iterator<T>; peekable(): Iterator<T>; rev(): Iterator<T>; cloned(): Iterator<T>; copied(): Iterator<T>; clone(): Iterator<T>; fuse(): Iterator<T>; skip(n: unknown): Iterator<T>; take(n: unknown): Iterator<T>; step_by(n: unknown): Iterator<T>; chain(o: unknown): Iterator<T>; cycle(): Iterator<T>; skip_while(f: (x: T) => unknown): Iterator<T>; take_while(f: (x: T) => unknown): Iterator<T>; inspect(f: (x: T) => unknown): Iterator<T>; filter(f: (x: T) => unknown): Iterator<T>; map<U>(f: (x: T) => U): Iterator<U>; filter_map<U>(f: (x: T) => Option<U>): Iterator<U>; flat_map<U>(f: (x: T) => Iterator<U>): Iterator<U>; map_while<U>(f: (x: T) => Option<U>): Iterator<U>; find_map<U>(f: (x: T) => Option<U>): Option<U>; enumerate(): Iterator<[unknown, T]>; zip<U>(o: Iterator<U>): Iterator<[T, U]>; find(f: (x: T) => unknown): Option<T>; position(f: (x: T) => unknown): unknown; any(f: (x: T) => unknown): unknown; all(f: (x: T) => unknown): unknown; for_each(f: (x: T) => unknown): void; try_for_each<R>(f: (x: T) => R): R; fold<U>(start: U, f: (sum: U, x: T) => U): U; try_fold<U, R>(start: U, f: (sum: U, x: T) => R): R; last(): Option<T>; nth(n: unknown): Option<T>; min_by_key(f: (x: T) => unknown): Option<T>; max_by_key(f: (x: T) => unknown): Option<T>; min(): Option<T>; max(): Option<T>; min_by(f: (a: T, b: T) => unknown): Option<T>; max_by(f: (a: T, b: T) => unknown): Option<T>; partition(f: (x: T) => unknown): [Vec<T>, Vec<T>]; collect(): unknown; count(): unknown; sum(): unknown; next_if(f: (x: T) => unknown): Option<T>; len(): unknown; size_hint(): unknown }
export type IntoIterator<T> = Iterator<T>;
export type DoubleEndedIterator<T> = Iterator<T>;
export type ExactSizeIterator<T> = Iterator<T>;
export type Peekable<I> = I;
export type Rev<I> = I;
export interface Vec<T> { [index: number]: T; iter(): Iterator<T>; iter_mut(): Iterator<T>; into_iter(): Iterator<T>; drain(r: unknown): Iterator<T>; first(): Option<T>; first_mut(): Option<T>; last(): Option<T>; last_mut(): Option<T>; get(i: unknown): Option<T>; get_mut(i: unknown): Option<T>; get_unchecked(i: unknown): T; pop(): Option<T>; pop_front(): Option<T>; pop_back(): Option<T>; front(): Option<T>; front_mut(): Option<T>; back(): Option<T>; back_mut(): Option<T>; peek(): Option<T>; remove(i: unknown): T; swap_remove(i: unknown): T; push(x: T): void; push_back(x: T): void; push_front(x: T): void; insert(i: unknown, x: T): void; retain(f: (x: T) => unknown): void; sort_by(f: (a: T, b: T) => unknown): void; sort_unstable_by(f: (a: T, b: T) => unknown): void; sort_by_key(f: (x: T) => unknown): void; dedup_by_key(f: (x: T) => unknown): void; clone(): Vec<T>; to_vec(): Vec<T>; as_slice(): Vec<T>; as_mut_slice(): Vec<T>; as_ref(): Vec<T>; as_mut(): Vec<T>; into_boxed_slice(): Vec<T>; split_off(i: unknown): Vec<T>; concat(): Vec<T>; chunks(n: unknown): Iterator<Vec<T>>; windows(n: unknown): Iterator<Vec<T>>; split_first(): Option<[T, Vec<T>]>; split_last(): Option<[T, Vec<T>]>; split_at(i: unknown): [Vec<T>, Vec<T>]; len(): unknown; is_empty(): unknown; extend(x: unknown): void; clear(): void; contains(x: unknown): unknown; reverse(): void; sort(): void; truncate(n: unknown): void; append(x: unknown): void; reserve(n: unknown): void; capacity(): unknown; as_ptr(): T; as_mut_ptr(): T }
export type VecDeque<T> = Vec<T>;
export type BinaryHeap<T> = Vec<T>;
export type HashSet<T> = Vec<T>;
export type BTreeSet<T> = Vec<T>;
export interface HashMap<K, V> { [index: number]: V; get(k: unknown): Option<V>; get_mut(k: unknown): Option<V>; get_key_value(k: unknown): Option<[K, V]>; insert(k: K, v: V): Option<V>; remove(k: unknown): Option<V>; entry(k: K): Entry<K, V>; keys(): Iterator<K>; values(): Iterator<V>; values_mut(): Iterator<V>; into_values(): Iterator<V>; into_keys(): Iterator<K>; iter(): Iterator<[K, V]>; iter_mut(): Iterator<[K, V]>; into_iter(): Iterator<[K, V]>; drain(): Iterator<[K, V]>; retain(f: (k: K, v: V) => unknown): void; contains_key(k: unknown): unknown; clone(): HashMap<K, V>; first_key_value(): Option<[K, V]>; last_key_value(): Option<[K, V]>; len(): unknown; is_empty(): unknown; clear(): void; extend(x: unknown): void }
export type BTreeMap<K, V> = HashMap<K, V>;
export interface Entry<K, V> { or_insert(v: V): V; or_insert_with(f: () => V): V; or_default(): V; and_modify(f: (v: V) => unknown): Entry<K, V> }
export declare function Some<T>(x: T): Option<T>;
export declare function Ok<T>(x: T): Result<T, unknown>;
`;
