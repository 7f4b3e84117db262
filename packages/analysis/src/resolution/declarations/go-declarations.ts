/** What the linker knows of Go's own types: the type that iterating over a value, indexing it or receiving from it returns. */
export const GO_DECLARATIONS = `
export interface slice<T> { [index: number]: T }
export interface map<K, V> { [index: number]: V; __key: K }
export interface chan<T> { [index: number]: T; __received: T }
`;

/** The functions of package sync that pass on what they are given. */
export const GO_SYNC_DECLARATIONS = `
export declare function OnceValue<T>(make: () => T): () => T;
export declare function OnceFunc(run: () => void): () => void;
`;
