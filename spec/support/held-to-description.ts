import type { OpenApi } from '@graphtail/runtime';
import { DescribedApi } from '../../tests/support/described-api.ts';

/**
 * Every answer that a spec gets by `fetch` is held against what its service says of itself: a member that the description does not name
 * fails the spec. Only services of Graphtail are asked for a description; they give each answer an `X-Request-Id`.
 */
const DESCRIPTIONS = ['/api/openapi.json', '/openapi.json'];
const TYPES = /^application\/(problem\+)?json\b/;

/** Operations that were answered with 2xx or 426 in this run, as `get /api/log`. */
export const exercised = new Set<string>();

const complaints: string[] = [];
const described = new Map<string, Promise<DescribedApi | undefined>>();
const plainFetch = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const response = await plainFetch(input, init);
  if (response.headers.has('x-request-id') && response.url !== '') await hold(response, init).catch(() => undefined);
  return response;
};

afterEach(() => {
  for (const complaint of complaints.splice(0)) fail(complaint);
});

async function hold(response: Response, init: RequestInit | undefined): Promise<void> {
  const { origin, pathname } = new URL(response.url);
  if (DESCRIPTIONS.includes(pathname)) return;
  const method = init?.method ?? 'GET';
  const type = response.headers.get('content-type') ?? '';
  const api = await descriptionAt(origin, new Headers(init?.headers).get('authorization'));
  const operation = api?.operationAt(method, pathname);
  if (operation !== undefined && (response.ok || response.status === 426)) exercised.add(operation.name);
  if (api === undefined || !TYPES.test(type)) return;
  const text = await response.clone().text();
  const complaint = api.complaint({ method, path: pathname, status: response.status, type, text });
  if (complaint !== undefined) complaints.push(complaint);
}

/** Of a service that can't describe itself yet, or a front door whose services start, the next answer asks again. */
function descriptionAt(origin: string, authorization: string | null): Promise<DescribedApi | undefined> {
  let known = described.get(origin);
  if (known === undefined) {
    known = read(origin, authorization).catch(() => undefined);
    described.set(origin, known);
    void known.then((api) => api?.isWhole === true || described.delete(origin));
  }
  return known;
}

async function read(origin: string, authorization: string | null): Promise<DescribedApi | undefined> {
  let isWhole = true;
  for (const path of DESCRIPTIONS) {
    const response = await plainFetch(origin + path, { headers: authorization === null ? {} : { authorization } });
    if (response.ok) return new DescribedApi((await response.json()) as OpenApi, isWhole);
    await response.body?.cancel();
    isWhole = response.status === 404;
  }
  return undefined;
}
