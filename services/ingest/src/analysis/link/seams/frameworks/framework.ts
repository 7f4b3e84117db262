import { nodeId } from '../../node-id.ts';
import { targetsOf } from '../../targets.ts';
import { callAt, type HttpReading } from '../http-reading.ts';
import { functionKey } from '../origins.ts';
import type { Text } from '../texts.ts';

/** What most frameworks name their methods by. */
export const VERBS = /^(?:get|post|put|patch|delete|head|options)$/;

export interface Router {
  readonly key: string;
  /** None for a parameter or a result of which only other files may say that it is a router. */
  readonly framework: Framework | undefined;
}

/** The router that an argument is. */
export type RouterAt = (number: number | undefined) => Router | undefined;

/** A kind of router that a package gives out, known by how it is made. */
export interface Framework {
  readonly made: RegExp;
  /** Those whose paths begin at the root. */
  readonly root?: RegExp;
  /** The argument that is the prefix of all its routes. */
  readonly prefix?: string;
  /** Methods that give back another router (`prefix`: by their first argument), or the same. */
  readonly gives?: Readonly<Record<string, 'prefix' | 'same'>>;
  read(call: HttpReading, router: string, routerAt: RouterAt): void;
}

export function mount(call: HttpReading, parent: string, child: Router | undefined, prefix: Text): void {
  if (child !== undefined) call.facts.mounts.push({ parent, child: child.key, prefix });
}

/** The key of a function that is handed over, looked through what it is wrapped in. */
export function functionGiven(call: HttpReading, number: number, depth = 0): string | undefined {
  const expr = call.unit.extraction.exprs[number]!;
  if (expr[0] === 'fn') return functionKey(call.unit, expr[1]);
  const origin = call.origin(number);
  if (origin?.by === 'fn') return origin.key;
  const called = callAt(call.unit, number);
  if (called !== undefined && depth < 3 && called.args[0] !== undefined) return functionGiven(call, called.args[0], depth + 1);
  const { targets } = targetsOf(call.e, call.unit, number);
  return targets.length === 1 ? nodeId(targets[0]!.unit, targets[0]!.node) : undefined;
}
