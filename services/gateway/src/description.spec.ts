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
import { Services } from './services.ts';

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
      paths: { '/health': { get: { summary: 'own' } } },
      components: { schemas: {} },
    }) as ReturnType<ConstructorParameters<typeof ApiDescription>[1]>;

  afterEach(() => Promise.all(servers.splice(0).map((server) => closeServer(server, 50))));

  it('puts the routes of all services into one document; what all have in common is that of the front door', async () => {
    const [projector, notifier] = [await service('projector', [operation('/a', 'a')]), await service('notifier', [operation('/b', 'b')])];
    const { paths, components } = await new ApiDescription(
      new Services({ ingest: 'http://127.0.0.1:9', projector, notifier }, guard),
      own,
    ).document();
    expect([paths['/a']?.['get']?.summary, paths['/b']?.['get']?.summary, paths['/health']?.['get']?.summary]).toEqual(['a', 'b', 'own']);
    expect(Object.keys(components.schemas)).toEqual(jasmine.arrayContaining(['Answera', 'Answerb', 'Problem']));
  });

  it('is 503 while a service that never described itself is away', async () => {
    const projector = await service('projector', []);
    const description = new ApiDescription(
      new Services({ ingest: 'http://127.0.0.1:9', projector, notifier: 'http://127.0.0.1:9' }, guard),
      own,
    );
    await expectAsync(description.document()).toBeRejectedWith(jasmine.objectContaining({ status: 503, code: 'UNAVAILABLE' }));
  });
});
