import { connect, Jobs, GraphRegistry } from '@graphtail/log';
import { ask, FOREIGN_PAGE, letIn, type Asked } from '../../../tests/support/strangers.ts';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';
import { startProjector, type RunningProjector } from '../testing/running-projector.ts';

const WRITES: readonly Asked[] = [
  { method: 'POST', path: '/api/graph/admin/rebuild' },
  { method: 'POST', path: '/api/graph/Admin/reanalyze' },
  { method: 'POST', path: '/API/GRAPH/ADMIN/CANCEL/' },
  { method: 'POST', path: '/api/graph/admin/reanalyze?graph=g' },
  { method: 'POST', path: '/nowhere' },
];

describe("the projector's own port", () => {
  let server: TestRedis;
  let redis: ReturnType<typeof connect>;
  let projector: RunningProjector;
  beforeAll(async () => {
    server = await startRedis();
    redis = connect(server.url);
    await new GraphRegistry(redis).add('g', '/g');
    projector = await startProjector(server.url);
  });
  afterAll(async () => {
    await projector.close();
    redis.disconnect();
    await server.stop();
  });

  it('[A1][A1a][A1b] refuses changes that a page of another origin asks for, and every Host that is not its own', async () => {
    expect(await letIn(projector.url, WRITES)).toEqual([]);
    expect(await new Jobs(redis).next('g')).toBeUndefined();
  });

  it('lets a page of another origin ask, but gives it no header to read the answer by', async () => {
    for (const asked of [
      { path: '/api/graph/seams' },
      { method: 'POST', path: '/api/graph/traverse' },
      { method: 'OPTIONS', path: '/api/graph/traverse' },
    ]) {
      const { status, headers } = await ask(projector.url, { ...asked, headers: FOREIGN_PAGE });
      expect(status).not.toBe(403);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});
