/** What the linker knows of Go's own types: what iterating over one, indexing it or receiving from it gives. */
export const GO_DECLARATIONS = `
export interface slice<T> { [index: number]: T }
export interface map<K, V> { [index: number]: V; __key: K }
export interface chan<T> { [index: number]: T; __received: T }
`;
