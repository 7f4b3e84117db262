import { FILE_NODE, type ModuleNumber } from '../extraction/numbers.ts';
import type { Evaluator } from '../resolution/program/evaluator.ts';
import { importFrom } from '../resolution/program/module-surface.ts';
import type { Unit } from '../resolution/program/unit.ts';
import { viewsOf } from './class-views.ts';
import { callAt, type HttpReading } from './http-reading.ts';
import type { HttpRecords } from './records.ts';
import { literal } from './texts.ts';
import { filesOfImport } from '../resolution/relationships/imported-files.ts';

const PATH = /^pypi\/django:(?:path|re_path|url)$/;

/**
 * Reads `path('items/<int:id>/', view)` and `path('items/', include('items.urls'))` at the top level of a file.
 * @returns whether the call is one of them
 */
export function readDjango(call: HttpReading): boolean {
  const { args, named, unit } = call;
  if (call.unit.extraction.language !== 'python' || !PATH.test(call.origin(call.callee)?.by ?? '')) return false;
  const handler = args[1] ?? named.get('view');
  if (call.call.owner !== FILE_NODE || handler === undefined) return true;
  const key = urlsOf(unit.path);
  call.records.routers.push({ key, root: true, prefix: [''] });
  const given = args[0] ?? named.get('rule');
  const written = literal(call.text(given));
  const path = written === undefined || call.name === 'path' ? call.text(given) : [fromExpression(written)];
  const included = callAt(unit, handler);
  if (included === undefined || call.origin(included.callee)?.by !== 'pypi/django:include') {
    const views = viewsOf(call, handler);
    for (const { verb, handlers } of views) call.routeTo(key, verb, ['/', ...path], handlers);
    if (views.length === 0) call.route(key, 'ANY', ['/', ...path], handler);
    return true;
  }
  const module = unit.extraction.modules.findIndex(({ specifier }) => specifier === literal(call.text(included.args[0]))) as ModuleNumber;
  const target = unit.modules[module];
  if (target !== undefined && 'unit' in target) {
    const files = target.unit.isGroup ? [...filesOfImport(call.e, unit, module)].map((each) => each.path) : [target.unit.path];
    for (const file of files) call.records.mounts.push({ parent: key, child: urlsOf(file), prefix: ['/', ...path] });
  }
  return true;
}

/** `urlpatterns = [*other_patterns]`: patterns of other files. */
export function readPatterns(e: Evaluator, unit: Unit, records: HttpRecords): void {
  const { bindings, exprs } = unit.extraction;
  const patterns = unit.language === 'python' ? bindings.find(({ name, node }) => name === 'urlpatterns' && node !== undefined) : undefined;
  const list = patterns?.init === undefined ? undefined : callAt(unit, patterns.init);
  for (const arg of list?.args ?? []) {
    const spread = exprs[arg]!;
    const value = spread[0] === 'each' ? exprs[spread[1]]! : undefined;
    const from = value?.[0] === 'name' ? bindings[value[1]]!.from : undefined;
    const found = from === undefined ? undefined : importFrom(e, unit, from);
    if (found?.k !== 'binding' || found.unit.extraction.bindings[found.binding]!.name !== 'urlpatterns') continue;
    e.touch(found.unit.bindingFacet(found.binding));
    records.routers.push({ key: urlsOf(unit.path), root: true, prefix: [''] });
    records.mounts.push({ parent: urlsOf(unit.path), child: urlsOf(found.unit.path), prefix: [''] });
  }
}

function urlsOf(path: string): string {
  return `${path}#urlpatterns`;
}

/** `^items/(?P<id>\d+)/$` */
function fromExpression(pattern: string): string {
  return pattern
    .replace(/^\^/, '')
    .replace(/\$$/, '')
    .replaceAll(/\(\?P<(\w+)>[^()]*\)/g, '{$1}')
    .replaceAll(/\([^()]*\)/g, '{_}');
}
