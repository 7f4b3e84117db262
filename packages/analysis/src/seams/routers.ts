import type { ExprNumber } from '../extraction/numbers.ts';
import { nodeId } from '../resolution/relationships/node-id.ts';
import { targetsOf } from '../resolution/relationships/targets.ts';
import { ASP_NET } from './frameworks/dotnet.ts';
import type { Framework, Router } from './frameworks/framework.ts';
import { VERBS } from './frameworks/framework.ts';
import { CHI, GIN, GORILLA, NET_HTTP } from './frameworks/go.ts';
import { EXPRESS, FASTIFY, HONO, KOA } from './frameworks/node.ts';
import { FASTAPI, FLASK } from './frameworks/python.ts';
import { callAt, memberAt, type HttpReading } from './http-reading.ts';
import { isOutside, type Origin } from './origins.ts';
import { HOLE, textOf, type Text } from './texts.ts';

const FRAMEWORKS: readonly Framework[] = [EXPRESS, FASTIFY, KOA, HONO, FASTAPI, FLASK, NET_HTTP, CHI, GIN, GORILLA, ASP_NET];

/** The router that a value is, if the code shows that it is one. Also notes how it was created. */
export function routerOf(call: HttpReading, origin: Origin | undefined): Router | undefined {
  if (origin === undefined) return undefined;
  const { by, key, of } = origin;
  if (by === 'param' || by === 'result') return { key, framework: undefined };
  const framework = FRAMEWORKS.find(({ made }) => made.test(by));
  if (framework !== undefined) {
    const root = framework.root?.test(by) === true;
    call.records.routers.push({ key, root, prefix: ownPrefix(call, origin, framework.prefix) });
    return { key, framework };
  }
  const method = /\.(\w+)\(\)$/.exec(by)?.[1];
  if (method === undefined || of === undefined) return undefined;
  const parent = routerOf(call, of);
  const gives = parent?.framework?.gives?.[method];
  if (parent === undefined || gives === undefined) return undefined;
  if (gives === 'same') return parent;
  const made = origin.call === undefined ? undefined : callAt(origin.unit, origin.call);
  const prefix = made?.args[0] === undefined ? HOLE : textOf(call.e, origin.unit, made.args[0]);
  call.records.mounts.push({ parent: parent.key, child: key, prefix, isGroup: true });
  return { key, framework: parent.framework };
}

function ownPrefix(call: HttpReading, { unit, call: number }: Origin, name: string | undefined): Text {
  const made = number === undefined || name === undefined ? undefined : callAt(unit, number);
  const given = made?.named.find(([each]) => each === name)?.[1] ?? memberAt(call.e, unit, made?.args[0], name ?? '');
  return given === undefined ? [''] : textOf(call.e, unit, given);
}

/**
 * Reads routes and mounts.
 * @returns whether the call was made on a router
 */
export function readRouter(call: HttpReading): boolean {
  const { name, object, unit } = call;
  if (object === undefined) return false;
  const routerAt = (number: ExprNumber | undefined): Router | undefined => routerOf(call, call.origin(number));
  const origin = call.origin(object);
  // http.HandleFunc("/x", f)
  if (origin?.by === 'go/net/http:') {
    if (name !== 'HandleFunc' && name !== 'Handle') return false;
    const key = 'go/net/http:DefaultServeMux';
    call.records.routers.push({ key, root: true, prefix: [''] });
    NET_HTTP.read(call, key, routerAt);
    return true;
  }
  const router = routerOf(call, origin);
  if (router === undefined) return false;
  if (router.framework !== undefined) {
    router.framework.read(call, router.key, routerAt);
    return true;
  }
  if (unit.extraction.language !== 'javascript' && unit.extraction.language !== 'typescript') return false;
  const { length } = call.records.routes;
  if (name === 'use') EXPRESS.read(call, router.key, routerAt);
  else if (VERBS.test(name) || name === 'route' || name === 'register') FASTIFY.read(call, router.key, routerAt);
  return call.records.routes.length > length;
}

/** Notes routers that are passed to a function of the program: in there, they are its parameters. */
export function readHandedOn(call: HttpReading): void {
  for (const [i, arg] of call.args.entries()) {
    const origin = call.origin(arg);
    if (origin === undefined || (!isOutside(origin) && origin.by !== 'param')) continue;
    const router = routerOf(call, origin);
    if (router === undefined) continue;
    const { targets } = targetsOf(call.e, call.unit, call.callee);
    if (targets.length !== 1) continue;
    // The function may receive several routers, one after the other.
    const child = `${nodeId(targets[0]!.unit, targets[0]!.node)}(${String(i)})`;
    call.records.mounts.push({ parent: router.key, child, prefix: [''], isGroup: true });
  }
}
