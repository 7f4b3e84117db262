import { WRITTEN_MOUNT, WRITTEN_ROUTE } from '../../http-calls.ts';
import type { HttpReading } from './http-reading.ts';
import { literal } from './texts.ts';

/** Routes that a language's plug-in has put together out of blocks: Rails'. @returns whether it is one */
export function readWritten(call: HttpReading): boolean {
  const callee = call.unit.extraction.exprs[call.callee]!;
  if (callee[0] !== 'global' || (callee[1] !== WRITTEN_ROUTE && callee[1] !== WRITTEN_MOUNT)) return false;
  const [router = '', root = '', third = '', path = ''] = call.args.slice(0, 4).map((arg) => literal(call.text(arg)));
  call.facts.routers.push({ key: router, root: root !== '', prefix: [''] });
  if (callee[1] === WRITTEN_ROUTE) call.route(router, third, [path], call.args[4]);
  else call.facts.mounts.push({ parent: router, child: third, prefix: [path] });
  return true;
}
