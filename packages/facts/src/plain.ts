/** What threads need that make entities and check none: without the schemas, which take a tenth of a second to load. */
export * from './canonical.ts';
export * from './entity-id.ts';
export * from './hash.ts';
export type * from './entity.ts';
