/** What a thread needs that makes entities but checks none. It leaves out the schemas, which take a tenth of a second to load. */
export * from './canonical.ts';
export * from './entity-id.ts';
export * from './hash.ts';
export type * from './entity.ts';
