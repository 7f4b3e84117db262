import { WRITTEN_MOUNT, WRITTEN_ROUTE } from '../extraction/http-calls.ts';
import type { HttpReading } from './http-reading.ts';
import { literal } from './texts.ts';

/**
 * Reads routes that a language's plug-in assembled from blocks: Rails', Sinatra's and Laravel's.
 * @returns whether the call is one
 */
export function readWritten(call: HttpReading): boolean {
  const callee = call.unit.extraction.exprs[call.callee]!;
  if (callee[0] !== 'global' || (callee[1] !== WRITTEN_ROUTE && callee[1] !== WRITTEN_MOUNT)) return false;
  const [name = '', root = '', third = '', path = ''] = call.args.slice(0, 4).map((arg) => literal(call.text(arg)));
  const isOfFile = name.startsWith('#');
  const router = isOfFile ? `${call.unit.path}${name}` : name;
  const convention = isOfFile ? LARAVEL.exec(call.unit.path)?.[1] : undefined;
  call.records.routers.push({
    key: router,
    root: root !== '' || convention !== undefined,
    prefix: [convention === 'api' ? '/api' : ''],
  });
  if (callee[1] === WRITTEN_ROUTE) call.route(router, third, [path], call.args[4]);
  else call.records.mounts.push({ parent: router, child: third, prefix: [path] });
  return true;
}

/** Laravel takes routes from these files, and puts `/api` before those of api.php. */
const LARAVEL = /(?:^|\/)routes\/(web|api)\.php$/;
