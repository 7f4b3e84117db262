import { noteRoute, type WrittenRouter } from '../../extraction/http-calls.ts';
import { FILE_NODE, type ShapeNumber } from '../../extraction/numbers.ts';
import { REQUIRED } from '../../extraction/specifiers/ruby.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { argumentsOf, routerNamed, textOf } from './rails-words.ts';

const VERBS = /^(?:get|post|put|patch|delete|head|options)$/;
/** Prefix of the notes that list the file's Sinatra classes, by shape number. */
const APPLICATION = 'sinatra application ';

/** Notes a class if its superclass is Sinatra's. */
export function noteSuperclass(r: Reader, shape: ShapeNumber, name: string, superclass: string): void {
  if (/^(?:::)?Sinatra::(?:Base|Application)$/.test(superclass)) r.notes.set(`${APPLICATION}${String(shape)}`, name);
}

/** Reads `get '/x' do … end` in a Sinatra class, or in a file that requires Sinatra. */
export function readSinatraRoute(r: Reader, call: Syntax): void {
  if (r.owner !== FILE_NODE || r.scope.kind === 'function' || call.field('block') === undefined) return;
  const name = r.around === undefined ? undefined : (r.notes.get(`${APPLICATION}${String(r.around.shape)}`) as string | undefined);
  const isOpen = r.around === undefined && r.model.modules.some(({ specifier }) => specifier === `${REQUIRED}sinatra`);
  if (name !== undefined) readRoute(r, call, { name: routerNamed(name), isRoot: true }, '');
  else if (isOpen) readRoute(r, call, { name: routerNamed('Sinatra::Application'), isRoot: true }, '');
}

function readRoute(r: Reader, node: Syntax, router: WrittenRouter, prefix: string): void {
  const method = node.kind === 'call' && node.field('receiver') === undefined ? (node.field('method')?.text ?? '') : '';
  const block = node.field('block');
  const path = block === undefined ? undefined : textOf(argumentsOf(node).values[0]);
  if (VERBS.test(method)) {
    if (path !== undefined)
      noteRoute(r.model, { router, method, path: prefix + path, handler: undefined, start: node.line, end: node.endLine });
  } else if (method === 'namespace' && path !== undefined)
    for (const statement of block?.field('body')?.children ?? []) readRoute(r, statement, router, prefix + path);
}
