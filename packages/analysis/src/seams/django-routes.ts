import { FILE_NODE, type ModuleNumber } from '../extraction/numbers.ts';
import { callAt, type HttpReading } from './http-reading.ts';
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
    call.route(key, 'ANY', ['/', ...path], handler);
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
