declare const table: unique symbol;

/** The place of an entry in one table of an extraction. Numbers of different tables can't be confused. At run time it is a plain number. */
type NumberIn<Table extends string> = number & { readonly [table]: Table };

export type NodeNumber = NumberIn<'nodes'>;
export type BindingNumber = NumberIn<'bindings'>;
export type FunctionNumber = NumberIn<'functions'>;
export type ShapeNumber = NumberIn<'shapes'>;
export type ExprNumber = NumberIn<'exprs'>;
export type TypeNumber = NumberIn<'types'>;
export type ModuleNumber = NumberIn<'modules'>;

/** The file's own node: the first one of every extraction. */
export const FILE_NODE = 0 as NodeNumber;

/** The parent of the file's own node. */
export const NO_NODE = -1 as NodeNumber;

/** The entries of a table, each with its number. */
export function entriesOf<Number extends number, Entry>(table: readonly Entry[]): IterableIterator<[Number, Entry]> {
  return table.entries() as IterableIterator<[Number, Entry]>;
}
