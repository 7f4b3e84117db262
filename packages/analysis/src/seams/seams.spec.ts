import { analyse, type Sources } from '../testing/code-base.ts';

/** A server of a few routes. */
const SERVER = {
  'server/main.py': `from fastapi import FastAPI
app = FastAPI()
@app.get("/api/items/")
def all(): ...
@app.post("/api/items/")
def add(): ...
@app.get("/api/items/mine")
def mine(): ...
@app.get("/api/items/{id}")
def one(id: int): ...
@app.delete("/api/items/{id}")
def remove(id: int): ...
`,
};
const [ALL, ADD, MINE, ONE, REMOVE] = [
  'GET /api/items/',
  'POST /api/items/',
  'GET /api/items/mine',
  'GET /api/items/{id}',
  'DELETE /api/items/{id}',
];

describe('a request is a seam to the route that serves it', () => {
  it('fetch: literals, templates, sums, URL objects, methods', () => {
    expectSeams(
      {
        'a.ts': `const BASE = '/api';
          export const all = () => fetch('/api/items');
          export const query = (q: string) => fetch(\`/api/items?q=\${q}\`);
          export const add = () => fetch(BASE + '/items/', { method: 'POST' });
          export const one = (id: string) => fetch(\`\${BASE}/items/\${encodeURIComponent(id)}\`);
          export const remove = (id: string) => fetch(new URL('/api/items/' + id, location.origin), { method: 'delete' });
          export const mine = () => window.fetch('http://localhost:8000/api/items/mine');`,
      },
      [
        `a.ts#all ${ALL} route 0.95`,
        `a.ts#query ${ALL} route 0.95`,
        `a.ts#add ${ADD} route 0.95`,
        `a.ts#one ${ONE} route 0.95`,
        `a.ts#remove ${REMOVE} route 0.85`,
        `a.ts#mine ${MINE} route 0.95`,
      ],
    );
  });

  it('nothing is guessed: not for other sites, methods or paths, nor for functions of the same name', () => {
    expectSeams(
      {
        'a.ts': `import { get } from 'lodash';
          fetch('https://api.github.com/api/items'); fetch('/api/items', { method: 'PUT' }); fetch('/api'); fetch('/api/items/1/2'); fetch(address); fetch(\`\${a}\`);
          get('/api/items'); new Map([['', 1]]).get('/api/items'); fetch('mailto:/api/items'); fetch('//cdn.example.com/api/items');`,
        'b.ts': `function fetch(path: string) {} fetch('/api/items');`,
      },
      [],
    );
  });

  it('a hole matches no literal, and a literal may match a parameter', () => {
    expectSeams(
      { 'a.ts': "export const five = () => fetch('/api/items/5'); export const what = (x: string) => fetch(`/api/items/${x}`);" },
      [`a.ts#five ${ONE} route 0.9`, `a.ts#what ${ONE} route 0.95`],
    );
  });

  it('an unknown base lowers confidence, and more if it must contain a part of the path', () => {
    expectSeams(
      {
        'a.ts': `const base = process.env.API_URL;
          export const whole = () => fetch(\`\${base}/api/items\`);
          export const part = (id: string) => fetch(\`\${base}/items/\${id}\`);
          export const given = () => fetch((process.env.API ?? 'http://localhost/api') + '/items');
          export const tiny = (x: string) => fetch(\`\${base}/\${x}\`);`,
      },
      [`a.ts#whole ${ALL} route 0.85`, `a.ts#part ${ONE} route_suffix 0.6`, `a.ts#given ${ALL} route 0.95`],
    );
  });

  it('an unknown method, and several matching routes, lower confidence', () => {
    const twice = "import express from 'express'; const app = express(); app.get('/same', () => {});";
    const { relationships } = analyse({
      'one/app.ts': twice,
      'two/app.ts': twice,
      'c.ts': "export const same = () => fetch('/same'); export const any = (method: string) => fetch('/x/only', { method });",
      'd.ts': "import express from 'express'; express().patch('/x/only', () => {});",
    });
    const seams = relationships.filter(({ relationship_type }) => relationship_type === 'seam');
    expect(seams.map(({ target_id, confidence }) => `${target_id} ${String(confidence)}`).sort()).toEqual([
      'd.ts#PATCH /x/only 0.66',
      'one/app.ts#GET /same 0.45',
      'two/app.ts#GET /same 0.45',
    ]);
  });

  it('axios: the module, instances with a base, configurations', () => {
    expectSeams(
      {
        'http.ts': "import axios from 'axios'; export const http = axios.create({ baseURL: '/api' });",
        'a.ts': `import axios, { type AxiosInstance } from 'axios'; import { http } from './http';
          export const all = () => http.get('/items');
          export const add = () => axios.post<void>('/api/items', {});
          export const one = (id: number) => axios({ url: '/api/items/' + id });
          export const remove = (id: number) => http.request({ method: 'DELETE', url: \`items/\${id}\` });
          export class Items { constructor(private readonly client: AxiosInstance) {} mine() { return this.client.get('/items/mine'); } }`,
      },
      [
        `a.ts#all ${ALL} route 0.95`,
        `a.ts#add ${ADD} route 0.95`,
        `a.ts#one ${ONE} route 0.95`,
        `a.ts#remove ${REMOVE} route 0.95`,
        `a.ts#Items.mine ${MINE} route_suffix 0.6`,
      ],
    );
  });

  it('ky, Angular and openapi-fetch', () => {
    expectSeams(
      {
        'ky.ts': `import ky from 'ky'; const api = ky.create({ prefixUrl: '/api' });
          export const all = () => api.get('items'); export const add = () => ky('/api/items', { method: 'post' });`,
        'ng.ts': `import { HttpClient } from '@angular/common/http'; import { inject } from '@angular/core';
          export class A { private readonly http = inject(HttpClient); all() { return this.http.get<number>('/api/items'); } }
          export class B { constructor(private readonly http: HttpClient) {} remove(id: number) { return this.http.request('DELETE', \`/api/items/\${id}\`); } }`,
        'of.ts': `import createClient from 'openapi-fetch'; const client = createClient<unknown>({ baseUrl: 'http://127.0.0.1:80/' });
          export const one = () => client.GET('/api/items/{id}', { params: {} });`,
      },
      [
        `ky.ts#all ${ALL} route 0.95`,
        `ky.ts#add ${ADD} route 0.95`,
        `ng.ts#A.all ${ALL} route 0.95`,
        `ng.ts#B.remove ${REMOVE} route 0.95`,
        `of.ts#one ${ONE} route 0.95`,
      ],
    );
  });

  it('generated clients: hey-api, openapi-typescript-codegen, openapi-generator for axios and for fetch', () => {
    expectSeams(
      {
        'hey/client.gen.ts': "import { createClient } from './client'; export const client = createClient({});",
        'hey/client.ts':
          'export const createClient = (config: object): Client => ({ get() {} });\nexport interface Client { get(options: object): void }',
        'hey/sdk.gen.ts': `import { client } from './client.gen'; import type { Client } from './client';
          export class Items { public static one<T>(options: { client?: Client }) { return (options.client ?? client).get<T>({ url: '/api/items/{id}', ...options }); } }`,
        'codegen/core.ts': 'export const request = (config: object, options: object) => {};',
        'codegen/items.ts': `import { request as __request } from './core';
          export class Items { public static add() { return __request({}, { method: 'POST', url: '/api/items/' }); } }`,
        'axios/api.ts': `export const ItemsApiAxiosParamCreator = function (configuration?: object) { return {
          removeItem: async (id: string, options: object = {}) => {
            const localVarPath = \`/api/items/{id}\`.replace(\`{\${"id"}}\`, encodeURIComponent(String(id)));
            const localVarUrlObj = new URL(localVarPath, DUMMY_BASE_URL);
            const localVarRequestOptions = { method: 'DELETE', ...options };
            return { url: toPathString(localVarUrlObj), options: localVarRequestOptions };
          } } };`,
        'fetch/ItemsApi.ts': `import * as runtime from '../runtime';
          export class ItemsApi extends runtime.BaseAPI { async mineRaw() {
            const response = await this.request({ path: \`/api/items/mine\`, method: 'GET', headers: {}, query: {} }); } }`,
      },
      [
        `hey/sdk.gen.ts#Items.one ${ONE} route 0.95`,
        `codegen/items.ts#Items.add ${ADD} route 0.95`,
        `axios/api.ts#ItemsApiAxiosParamCreator.removeItem ${REMOVE} route 0.95`,
        `fetch/ItemsApi.ts#ItemsApi.mineRaw ${MINE} route 0.95`,
      ],
    );
  });

  it('Python: requests, sessions, httpx clients, test clients', () => {
    expectSeams(
      {
        'a.py': `import requests, httpx, os
from fastapi.testclient import TestClient
BASE = os.environ.get("BASE", "http://localhost:8000/api")
def all(): requests.get(f"{BASE}/items/", timeout=1)
def add(): requests.request("POST", BASE + "/items/")
def remove(id):
    with httpx.Client(base_url=BASE) as client:
        client.delete("/items/{}".format(id))
async def one(id):
    async with httpx.AsyncClient() as client:
        await client.get(f"http://backend/api/items/{id}")
def test_mine(client: TestClient): client.get("/api/items/mine")
def no(): {}.get("/api/items/")
`,
      },
      [
        `a.py#all ${ALL} route 0.95`,
        `a.py#add ${ADD} route 0.95`,
        `a.py#remove ${REMOVE} route 0.95`,
        `a.py#one ${ONE} route 0.95`,
        `a.py#test_mine ${MINE} route 0.95`,
      ],
    );
  });

  it('Go: the functions of net/http, requests made for a client, formatted paths', () => {
    expectSeams(
      {
        'go.mod': 'module example.com/m',
        'a.go': `package a
import ("fmt"; "net/http")
const base = "http://localhost:8000"
func all() { http.Get(base + "/api/items/") }
func one(id int) { http.Get(fmt.Sprintf("%s/api/items/%d", base, id)) }
func remove(c *http.Client) { req, _ := http.NewRequest(http.MethodDelete, base+"/api/items/1", nil); c.Do(req) }
func mine(ctx any) { http.NewRequestWithContext(ctx, "GET", "http://localhost/api/items/mine", nil) }
`,
      },
      [`a.go#all ${ALL} route 0.95`, `a.go#one ${ONE} route 0.95`, `a.go#remove ${REMOVE} route 0.9`, `a.go#mine ${MINE} route 0.95`],
    );
  });

  it('the function that passes a path to a helper is the caller', () => {
    expectSeams(
      {
        'http.ts': `export async function request(path: string, init: RequestInit = {}) { return fetch(url(path), { ...init }); }
          function url(path: string): string { return \`\${location.origin}/api\${path}\`; }
          export class Http { constructor(private readonly base: string) {} send(method: string, path: string) { return fetch(this.base + path, { method }); }
            drop(path: string) { return this.send('DELETE', path); } }`,
        'a.ts': `import { request, Http } from './http';
          export const all = () => request('/items');
          export const add = () => request('/items', { method: 'POST', body: '' });
          export const one = (id: string) => new Http('').send('GET', \`/api/items/\${id}\`);
          export const remove = (http: Http, id: string) => http.drop('/api/items/' + id);`,
      },
      [`a.ts#all ${ALL} route 0.85`, `a.ts#add ${ADD} route 0.85`, `a.ts#one ${ONE} route 0.85`, `a.ts#remove ${REMOVE} route 0.85`],
    );
  });

  it('routes of a test serve that test first, and only tests', () => {
    const { relationships } = analyse({
      'a.spec.ts': "import express from 'express'; const app = express(); app.get('/x', () => {}); fetch('http://localhost/x');",
      'b.ts': "fetch('/x');",
    });
    expect(relationships.filter(({ relationship_type }) => relationship_type === 'seam').map(({ id }) => id)).toEqual([
      'a.spec.ts|seam|a.spec.ts#GET /x',
    ]);
  });

  it('a call that only its address shows to be a request, if exactly one route answers it: an interface, a table of routes, paths that subclasses set', () => {
    const seams = seamsOf({
      'server.py': `from fastapi import FastAPI
app = FastAPI()
@app.get("/api/recipes/{slug}")
def recipe(slug): ...
@app.post("/api/recipes")
def create(): ...
@app.get("/api/foods/{id}")
def food(id): ...
@app.post("/api/foods/{id}/merge")
def merge(id): ...
@app.get("/api/foods")
def foods(): ...
@app.get("/cart")
def cart(): ...
`,
      'requests.ts': 'export interface Requests { get<T>(url: string): Promise<T>; post<T>(url: string, data: unknown): Promise<T>; }',
      'route.ts': `const parts = { host: 'http://localhost.com', prefix: '' };
export function route(rest: string, params: Record<string, unknown> | null = null): string {
  const url = new URL(parts.prefix + rest, parts.host);
  if (params) for (const [key, value] of Object.entries(params)) url.searchParams.append(key, String(value));
  return url.toString().replace('http://localhost.com', '');
}`,
      'base.ts': `import type { Requests } from './requests';
import { route } from './route';
export abstract class Base {
  constructor(readonly requests: Requests) {}
  abstract baseRoute: string;
  abstract itemRoute(id: string): string;
  getOne(id: string) { return this.requests.get(this.itemRoute(id)); }
  create(data: unknown) { return this.requests.post(this.baseRoute, data); }
  getAll() { return this.requests.get(route(this.baseRoute, { page: 1 })); }
  merge(id: string) { return this.requests.post(\`\${this.itemRoute(id)}/merge\`, {}); }
}`,
      'recipes.ts': `import { Base } from './base';
const prefix = '/api';
const routes = { recipes: \`\${prefix}/recipes\`, recipe: (slug: string) => \`\${prefix}/recipes/\${slug}\` };
export class Recipes extends Base { baseRoute = routes.recipes; itemRoute = routes.recipe;
  again(slug: string) { return this.requests.get(routes.recipe(slug)); } }`,
      'foods.ts': `import { Base } from './base';
export class Foods extends Base { baseRoute = '/api/foods'; itemRoute(id: string) { return \`/api/foods/\${id}\`; } }`,
      'other.ts': `export function other(cache: Map<string, number>, requests: unknown) { cache.get('/cart'); (requests as any).get('/api/recipes/' + cache); }`,
    });
    expect(seams.filter((seam) => !seam.startsWith('other.ts'))).toEqual([
      'base.ts#Base.create → server.py#POST /api/recipes',
      'base.ts#Base.getAll → server.py#GET /api/foods',
      'base.ts#Base.getOne → server.py#GET /api/foods/{id}',
      'base.ts#Base.getOne → server.py#GET /api/recipes/{slug}',
      'base.ts#Base.merge → server.py#POST /api/foods/{id}/merge',
      'recipes.ts#Recipes.again → server.py#GET /api/recipes/{slug}',
    ]);
    // One literal part may be the key of anything.
    expect(seams).not.toContain('other.ts#other → server.py#GET /cart');
  });
});

/** Seams of the sources to SERVER: caller, route, how and how surely. */
function expectSeams(sources: Sources, expected: readonly string[]): void {
  const { relationships } = analyse({ ...SERVER, ...sources });
  const seams = relationships
    .filter(({ relationship_type }) => relationship_type === 'seam')
    .map(
      ({ source_id, target_id, resolution, confidence }) =>
        `${source_id} ${target_id.replace('server/main.py#', '')} ${String(resolution)} ${String(confidence)}`,
    );
  expect(seams.sort()).toEqual([...expected].sort());
}

function seamsOf(sources: Sources): string[] {
  return analyse(sources)
    .relationships.filter(({ relationship_type: type }) => type === 'seam')
    .map(({ source_id, target_id }) => `${source_id} → ${target_id}`)
    .sort();
}
