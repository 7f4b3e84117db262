import { GO_DECLARATIONS, GO_SYNC_DECLARATIONS } from './go-declarations.ts';
import { JAVA_DECLARATIONS } from './java-declarations.ts';
import { PYTHON_DECLARATIONS } from './python-declarations.ts';
import { RUST_DECLARATIONS } from './rust-declarations.ts';

/**
 * What the linker knows of packages that pass types on in ways that decide where an application's calls go. The linker treats these
 * declarations as if they stood in the package. They make no nodes.
 */
export const PACKAGE_DECLARATIONS: Readonly<Record<string, string>> = {
  'pkg:python/builtins': PYTHON_DECLARATIONS,
  'pkg:java/java.util': JAVA_DECLARATIONS,
  'pkg:go/builtin': GO_DECLARATIONS,
  'pkg:go/sync': GO_SYNC_DECLARATIONS,
  'pkg:rust/std': RUST_DECLARATIONS,
  // anyhow's Result is the language's Result.
  'pkg:cargo/anyhow': RUST_DECLARATIONS,
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
