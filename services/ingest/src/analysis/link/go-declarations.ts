/** What the linker knows of Go's own types: what iterating over one, indexing it or receiving from it gives. */
export const GO_DECLARATIONS = `
export interface slice<T> { [index: number]: T }
export interface map<K, V> { [index: number]: V; __key: K }
export interface chan<T> { [index: number]: T; __received: T }
`;

/** What of package sync hands on what it is given. */
export const GO_SYNC_DECLARATIONS = `
export declare function OnceValue<T>(make: () => T): () => T;
export declare function OnceFunc(run: () => void): () => void;
`;
