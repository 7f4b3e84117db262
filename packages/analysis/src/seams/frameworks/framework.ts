import type { ExprNumber } from '../../extraction/numbers.ts';
import { nodeId } from '../../resolution/relationships/node-id.ts';
import { targetsOf } from '../../resolution/relationships/targets.ts';
import { callAt, type HttpReading } from '../http-reading.ts';
import { functionKey } from '../origins.ts';
import type { Text } from '../texts.ts';

/** The names that most frameworks give their routing methods. */
export const VERBS = /^(?:get|post|put|patch|delete|head|options)$/;

export interface Router {
  readonly key: string;
  /** Undefined for a parameter or a result that only other files can identify as a router. */
  readonly framework: Framework | undefined;
}

/** Returns the router that an argument is. */
export type RouterAt = (number: ExprNumber | undefined) => Router | undefined;

/** A kind of router that a package provides. It is recognised by how it is created. */
export interface Framework {
  readonly made: RegExp;
  /** Matches the routers whose paths begin at the root. */
  readonly root?: RegExp;
  /** The name of the argument that is the prefix of all its routes. */
  readonly prefix?: string;
  /** Methods that return another router (`prefix`: their first argument is its prefix) or the same router. */
  readonly gives?: Readonly<Record<string, 'prefix' | 'same'>>;
  read(call: HttpReading, router: string, routerAt: RouterAt): void;
}

export function mount(call: HttpReading, parent: string, child: Router | undefined, prefix: Text): void {
  if (child !== undefined) call.records.mounts.push({ parent, child: child.key, prefix });
}

/** The key of a function that is passed on, found also inside calls that wrap it. */
export function functionGiven(call: HttpReading, number: ExprNumber, depth = 0): string | undefined {
  const expr = call.unit.extraction.exprs[number]!;
  if (expr[0] === 'fn') return functionKey(call.unit, expr[1]);
  const origin = call.origin(number);
  if (origin?.by === 'fn') return origin.key;
  const called = callAt(call.unit, number);
  if (called !== undefined && depth < 3 && called.args[0] !== undefined) return functionGiven(call, called.args[0], depth + 1);
  const { targets } = targetsOf(call.e, call.unit, number);
  return targets.length === 1 ? nodeId(targets[0]!.unit, targets[0]!.node) : undefined;
}
