import type { Address } from './address.ts';
import type { Segment } from './path-pattern.ts';
import { isTestFile } from '../extraction/origin.ts';

export interface ServedRoute {
  readonly id: string;
  readonly file: string;
  readonly method: string;
  readonly segments: readonly Segment[];
  readonly isWhole: boolean;
  readonly endsWithSlash: boolean;
}

export interface Match {
  readonly id: string;
  readonly confidence: number;
  readonly resolution: 'route' | 'route_suffix';
}

const EXACT = 0.95;
/** If more routes than this serve a call equally well, none of them counts. */
const MAX_AMBIGUOUS = 3;

/** Finds the routes that serve a call. */
export class RouteTable {
  readonly #routes: readonly ServedRoute[];
  /** By the last part that is literal text. Routes without one are candidates for every address. */
  readonly #byText = new Map<string, ServedRoute[]>();

  constructor(routes: readonly ServedRoute[]) {
    this.#routes = routes;
    for (const route of routes) {
      const key = lastText(route.segments);
      const list = this.#byText.get(key);
      if (list === undefined) this.#byText.set(key, [route]);
      else list.push(route);
    }
  }

  /** @param method undefined if it is not known */
  find(address: Address, method: string | undefined, file: string): Match[] {
    // A route in a test serves only that test.
    const seen = this.#candidates(address).filter((route) => route.file === file || !isTestFile(route.file));
    const fitting = seen.flatMap((route) => {
      const fit = fitOf(route, address, method);
      return fit === undefined ? [] : [{ route, fit }];
    });
    const own = fitting.filter(({ route }) => route.file === file && isTestFile(file));
    let best: { route: ServedRoute; fit: Fit }[] = [];
    for (const each of own.length > 0 ? own : fitting) {
      const order = best[0] === undefined ? 1 : compare(each.fit, best[0].fit);
      if (order > 0) best = [each];
      else if (order === 0) best.push(each);
    }
    const ids = new Set(best.map(({ route }) => route.id));
    const [first] = best;
    if (first === undefined || ids.size > MAX_AMBIGUOUS) return [];
    const { confidence, isExact } = first.fit;
    const shared = ids.size === 1 ? confidence : Math.min(confidence, 0.9) / ids.size;
    return [...ids].map((id) => ({ id, confidence: Math.round(shared * 100) / 100, resolution: isExact ? 'route' : 'route_suffix' }));
  }

  #candidates(address: Address): readonly ServedRoute[] {
    const texts = new Set(address.segments.filter((segment) => typeof segment === 'string'));
    texts.add('');
    if (texts.size > 8) return this.#routes;
    return [...texts].flatMap((text) => this.#byText.get(text) ?? []);
  }
}

function lastText(segments: readonly Segment[]): string {
  return segments.findLast((segment) => typeof segment === 'string') ?? '';
}

interface Fit {
  readonly isExact: boolean;
  /**
   * Numbers of parts. `texts`: the same text on both sides. `holes`: a parameter on both sides. The spread of count() adds `plain`: a
   * parameter on the route's side only.
   */
  readonly texts: number;
  readonly holes: number;
  readonly hasRest: boolean;
  readonly sameMethod: boolean;
  readonly sameEnd: boolean;
  readonly confidence: number;
}

function compare(a: Fit, b: Fit): number {
  return (
    Number(a.isExact) - Number(b.isExact) ||
    Number(b.hasRest) - Number(a.hasRest) ||
    a.texts - b.texts ||
    a.holes - b.holes ||
    Number(a.sameMethod) - Number(b.sameMethod) ||
    Number(a.sameEnd) - Number(b.sameEnd)
  );
}

function fitOf(route: ServedRoute, address: Address, method: string | undefined): Fit | undefined {
  if (method !== undefined && route.method !== 'ANY' && route.method !== method && !(method === 'HEAD' && route.method === 'GET'))
    return undefined;
  const hasRest = route.segments.some((segment) => typeof segment !== 'string' && 'rest' in segment);
  const difference = route.segments.length - address.segments.length;
  const isExact = hasRest || difference === 0;
  let [routeSegments, asked] = [route.segments, address.segments];
  if (!isExact) {
    // The longer path begins with parts that the shorter one does not know.
    if (difference > 0 && !address.isWhole) routeSegments = routeSegments.slice(difference);
    else if (difference < 0 && !route.isWhole) asked = asked.slice(-difference);
    else return undefined;
  }
  const counted = count(routeSegments, asked);
  if (counted === undefined || (!isExact && counted.texts === 0)) return undefined;
  // A path that is only a parameter, or empty, proves nothing if it may be incomplete.
  if (counted.texts === 0 && (hasRest || !(route.isWhole && address.isWhole))) return undefined;
  let confidence = isExact ? EXACT : 0.6;
  if (isExact && !address.isWhole) confidence = 0.85;
  if (isExact && !route.isWhole) confidence = Math.min(confidence, 0.6);
  if (counted.plain > 0) confidence *= 0.95;
  if (hasRest) confidence *= 0.75;
  if (counted.texts === 0) confidence *= 0.5;
  if (method === undefined) confidence *= 0.7;
  if (address.isGlued && !isExact) confidence *= 0.75;
  return {
    isExact,
    ...counted,
    hasRest,
    sameMethod: route.method === method,
    sameEnd: route.endsWithSlash === address.endsWithSlash,
    confidence,
  };
}

function count(route: readonly Segment[], asked: readonly Segment[]): { texts: number; holes: number; plain: number } | undefined {
  let [texts, holes, plain] = [0, 0, 0];
  for (const [i, segment] of route.entries()) {
    if (typeof segment !== 'string' && 'rest' in segment) return { texts, holes, plain };
    const other = asked[i];
    if (other === undefined) return undefined;
    if (typeof segment === 'string') {
      if (segment !== other) return undefined;
      texts++;
    } else if (typeof other === 'string') plain++;
    else holes++;
  }
  return asked.length === route.length ? { texts, holes, plain } : undefined;
}
