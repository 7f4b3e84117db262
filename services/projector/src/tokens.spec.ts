import { Jobs, GraphRegistry, connect } from '@graphtail/log';
import { Tokens, type Access, type Grant } from '@graphtail/runtime';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';
import { graphOf } from './http/view.ts';
import { startProjector, type RunningProjector } from '../testing/running-projector.ts';

const SECRET = 'a secret of a spec, long enough';

describe('a projector with a secret', () => {
  const tokens = new Tokens(SECRET);
  let server: TestRedis;
  let redis: ReturnType<typeof connect>;
  let projector: RunningProjector;
  beforeAll(async () => {
    server = await startRedis();
    redis = connect(server.url);
    for (const name of ['a', 'b']) await new GraphRegistry(redis).add(name, `/${name}`);
    projector = await startProjector(server.url, { jwtSecret: SECRET });
  });
  afterAll(async () => {
    await projector.close();
    redis.disconnect();
    await server.stop();
  });

  const ask = async (path: string, grant: Grant | undefined, method = 'GET') => {
    const token = grant === undefined ? undefined : await tokens.mint(grant, new Date(Date.now() + 60_000));
    const headers: Record<string, string> = { ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const response = await fetch(projector.url + path, { method, headers });
    const { code, detail } = (await response.json()) as { code?: string; detail?: string };
    return { status: response.status, code, detail };
  };

  it('[A3a][A3b] answers about the graph that a token covers, which is also the default, and about no other', async () => {
    const paths = ['/api/graph/stats', '/api/graph/seams', '/api/graph/timeline', '/api/graph/files'];
    for (const path of paths) {
      expect((await ask(path, undefined)).code)
        .withContext(path)
        .toBe('UNAUTHORIZED');
      expect((await ask(`${path}?graph=b`, { role: 'admin', graphs: ['a'] })).code)
        .withContext(path)
        .toBe('FORBIDDEN');
      expect((await ask(path, { role: 'admin', graphs: ['nowhere'] })).code)
        .withContext(path)
        .toBe('FORBIDDEN');
      expect([200, 503])
        .withContext(path)
        .toContain((await ask(path, { role: 'read', graphs: ['a'] })).status); // 503: nothing is folded yet
    }
    expect((await ask('/api/graph/stats', { role: 'read' })).detail).toContain('name one of a, b');
  });

  it('[A3a] resolves no graph that the caller may not know, however it is named', async () => {
    const access: Access = { actor: 'ada', role: 'admin', graphs: ['a'], address: '127.0.0.1', expiresAt: undefined };
    await expectAsync(graphOf(projector.graphs, 'b', access)).toBeRejectedWith(jasmine.objectContaining({ code: 'FORBIDDEN' }));
    expect((await graphOf(projector.graphs, 'a', access)).name).toBe('a');
  });

  it('[A3] carries out requests of role operate for a graph that the token covers', async () => {
    const jobs = new Jobs(redis);
    const wish = (grant: Grant, query = '') => ask(`/api/graph/admin/reanalyze${query}`, grant, 'POST');
    expect((await wish({ role: 'read' }, '?graph=a')).code).toBe('FORBIDDEN');
    expect((await wish({ role: 'operate', graphs: ['a'] }, '?graph=b')).code).toBe('FORBIDDEN');
    expect([await jobs.next('a'), await jobs.next('b')]).toEqual([undefined, undefined]);
    expect((await wish({ role: 'operate', graphs: ['a'] })).status).toBe(202);
    expect([(await jobs.next('a'))?.reason, await jobs.next('b')]).toEqual(['requested', undefined]);
  });
});
