import { WRITTEN_MOUNT, WRITTEN_ROUTE } from '../../http-calls.ts';
import type { HttpReading } from './http-reading.ts';
import { literal } from './texts.ts';

/** Routes that a language's plug-in has put together out of blocks: Rails', Sinatra's and Laravel's. @returns whether it is one */
export function readWritten(call: HttpReading): boolean {
  const callee = call.unit.extraction.exprs[call.callee]!;
  if (callee[0] !== 'global' || (callee[1] !== WRITTEN_ROUTE && callee[1] !== WRITTEN_MOUNT)) return false;
  const [name = '', root = '', third = '', path = ''] = call.args.slice(0, 4).map((arg) => literal(call.text(arg)));
  const isOfFile = name.startsWith('#');
  const router = isOfFile ? `${call.unit.path}${name}` : name;
  const convention = isOfFile ? LARAVEL.exec(call.unit.path)?.[1] : undefined;
  call.facts.routers.push({
    key: router,
    root: root !== '' || convention !== undefined,
    prefix: [convention === 'api' ? '/api' : ''],
  });
  if (callee[1] === WRITTEN_ROUTE) call.route(router, third, [path], call.args[4]);
  else call.facts.mounts.push({ parent: router, child: third, prefix: [path] });
  return true;
}

/** Laravel takes routes out of these, and puts `/api` before those of the latter. */
const LARAVEL = /(?:^|\/)routes\/(web|api)\.php$/;
