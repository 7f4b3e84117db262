import type { Server } from 'node:http';
import {
  OpenApiSchema,
  createLogger,
  createApp,
  createRegistry,
  closeServer,
  finishApp,
  Guard,
  listen,
  portOf,
  route,
  addRoutes,
  type Route,
} from '@graphtail/runtime';
import { z } from 'zod';
import { ApiDescription } from './description.ts';
import { documentationPage } from './docs/page.ts';
import { Services } from './services.ts';
import { Deliveries } from './upstreams/delivery.ts';
import { Upstreams } from './upstreams/upstreams.ts';

describe('the description of the API', () => {
  const guard = new Guard({ host: '127.0.0.1', allowHost: [] });
  const servers: Server[] = [];

  async function service(name: string, routes: readonly Route[]): Promise<string> {
    const app = createApp({
      name,
      logger: createLogger(name, 'silent'),
      registry: createRegistry(),
      guard,
      health: () => Promise.resolve({ status: 'ok' }),
      ready: () => true,
    });
    addRoutes(app, routes);
    finishApp(app);
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    servers.push(server);
    return `http://127.0.0.1:${String(portOf(server))}`;
  }
  const operation = (path: string, summary: string): Route =>
    route({
      method: 'get',
      path,
      tag: 'test',
      summary,
      answers: { 200: z.object({ size: z.int() }).meta({ id: `Answer${path.replaceAll(/\W/g, '')}` }) },
      handle: () => undefined,
    });
  const own = () =>
    OpenApiSchema.parse({
      openapi: '3.1.0',
      info: { title: 'own', version: '1' },
      paths: { '/health': { get: { operationId: 'health', summary: 'own', tags: ['service'], parameters: [], responses: {} } } },
      components: { schemas: {} },
    }) as ReturnType<ConstructorParameters<typeof ApiDescription>[1]>;

  const describing = (projector: string, notifier: string) => {
    const upstreams = new Upstreams({ ingest: [], projector: [projector], notifier: [notifier] });
    return new ApiDescription(new Services(upstreams, new Deliveries(upstreams), guard), own);
  };

  afterEach(() => Promise.all(servers.splice(0).map((server) => closeServer(server, 50))));

  it("has the routes of all services in one document; shared parts are the gateway's", async () => {
    const [projector, notifier] = [await service('projector', [operation('/a', 'a')]), await service('notifier', [operation('/b', 'b')])];
    const { paths, components } = await describing(projector, notifier).document();
    expect([paths['/a']?.['get']?.summary, paths['/b']?.['get']?.summary, paths['/health']?.['get']?.summary]).toEqual(['a', 'b', 'own']);
    expect(Object.keys(components.schemas)).toEqual(jasmine.arrayContaining(['Answera', 'Answerb', 'Problem']));
  });

  it('is also a page: every operation and schema, without scripts, and no schema text becomes an element', async () => {
    const projector = await service('projector', [operation('/a/{id}', 'a <b>bold</b> & "quoted" summary')]);
    const notifier = await service('notifier', []);
    const page = documentationPage(await describing(projector, notifier).document());
    expect(page).toContain('a &#60;b&#62;bold&#60;/b&#62; &#38; &#34;quoted&#34; summary');
    for (const part of ['id="get_a_id"', 'localhost:8000/a/{id}', 'href="#schema-Problem"', 'id="schema-Problem"', 'BAD_REQUEST'])
      expect(page).toContain(part);
    expect(page).not.toMatch(/<script|<b>|javascript:|\son\w+=/);
  });

  it('is 503 while a service that has not described itself yet is away', async () => {
    const projector = await service('projector', []);
    const description = describing(projector, 'http://127.0.0.1:9');
    await expectAsync(description.document()).toBeRejectedWith(jasmine.objectContaining({ status: 503, code: 'UNAVAILABLE' }));
  });
});
