import { hash } from 'node:crypto';
import type { FileModel } from './file-model.ts';

/** A hash of everything but uses, lines and texts: while it stays the same, no other file's relationships can change. */
export function surfaceOf({ nodes, bindings, functions, shapes, exprs, types, modules, exports }: FileModel): string {
  const symbols = nodes.map(({ type, suffix }) => `${type} ${suffix}`);
  const requests = modules.map(({ specifier }) => specifier);
  return hash('sha256', JSON.stringify([symbols, requests, bindings, functions, shapes, exprs, types, exports]), 'hex').slice(0, 16);
}
