import type { Server } from 'node:http';
import { request as ask } from 'node:http';
import express from 'express';
import fc from 'fast-check';
import { closeServer, listen, portOf } from '../server.ts';
import { effectOf, isWrite } from './effect.ts';

/** Changes of every kind, as services route them. */
const CHANGES = [
  ['POST', '/api/graphs', 'admin'],
  ['DELETE', '/api/graphs/a', 'admin'],
  ['POST', '/api/graph/admin/reanalyze', 'operate'],
  ['POST', '/api/graph/admin/cancel', 'operate'],
  ['POST', '/api/graph/admin/rebuild', 'operate'],
  ['POST', '/api/consumers/a/ack', 'operate'],
  ['POST', '/api/consumers/a/seek', 'operate'],
  ['DELETE', '/api/consumers/a', 'operate'],
  ['POST', '/api/alerts', 'operate'],
  ['POST', '/api/alerts/a/ack', 'operate'],
  ['POST', '/mcp', 'read'],
] as const;

const RANK = { read: 0, operate: 1, admin: 2 };

describe('what a request does', () => {
  it('is a read by GET, and by POST for a known query', () => {
    for (const path of ['/api/graph/traverse', '/api/graph/subgraph?graph=a', '/api/graph/impact', '/API/graph/Traverse/'])
      expect(effectOf({ method: 'POST', url: path }))
        .withContext(path)
        .toEqual({ kind: 'read', role: 'read' });
    for (const method of ['GET', 'HEAD', 'OPTIONS'])
      expect(effectOf({ method, url: '/api/graphs' })).toEqual({ kind: 'read', role: 'read' });
  });

  it('is a write that needs admin if it is unknown', () => {
    for (const [method, url] of [
      ['POST', '/api/graph/traverse/x'],
      ['POST', '/nowhere'],
      ['PUT', '/api/graph/traverse'],
      ['PATCH', '/api/consumers/a'],
      ['DELETE', '/api/graph/subgraph'],
      ['BREW', '/api/graphs'],
    ] as const)
      expect(effectOf({ method, url })).withContext(`${method} ${url}`).toEqual({ kind: 'write', role: 'admin' });
  });

  it('is a write by GET if it takes the name of a durable cursor', () => {
    for (const url of ['/sse/events?consumer=a', '/ws/events?graph=g&consumer=a', '/SSE/events/?%63onsumer=a', '/sse/events?x=?&consumer'])
      expect(effectOf({ method: 'GET', url }))
        .withContext(url)
        .toEqual({ kind: 'write', role: 'operate' });
    for (const url of ['/sse/events', '/sse/ops', '/ws/events?graph=g', '/socket.io/?EIO=4'])
      expect(effectOf({ method: 'GET', url }).kind).toBe('stream');
    expect(effectOf({ method: 'POST', url: '/socket.io/?EIO=4&sid=a' }).kind).toBe('stream');
  });

  describe('to Express', () => {
    let server: Server;
    let routed: string | undefined;
    beforeAll(async () => {
      const app = express();
      for (const [method, path] of CHANGES)
        app[method === 'POST' ? 'post' : 'delete'](path, (request, response) => {
          routed = path;
          response.end(request.url);
        });
      const router = express.Router().post('/', (_request, response) => {
        routed = '/api/graphs';
        response.end();
      });
      app.use('/api/graphs', router);
      server = await listen(app, { host: '127.0.0.1', port: 0 });
    });
    afterAll(() => closeServer(server, 50));

    const send = async (method: string, path: string): Promise<void> =>
      new Promise((resolve, reject) => {
        routed = undefined;
        const outgoing = ask({ port: portOf(server), host: '127.0.0.1', method, path, agent: false }, (response) => {
          response.resume().on('end', resolve);
        });
        outgoing.on('error', reject).end();
      });

    it('is a write of the same role however its path is spelled', async () => {
      const spelling = fc.constantFrom<(path: string, at: number) => string>(
        (path) => path,
        (path, at) => path.slice(0, at) + path.charAt(at).toUpperCase() + path.slice(at + 1),
        (path) => path.toUpperCase(),
        (path) => `${path}/`,
        (path) => `${path}//`,
        (path, at) => `${path.slice(0, at)}%${path.charCodeAt(at % path.length).toString(16)}${path.slice(at + 1)}`,
        (path) => path.replace('/', '//'),
        (path) => path.replace('/api', '/api/.'),
        (path) => path.replace('/api', '/x/../api'),
        (path) => path.replaceAll('/', '\\').replace('\\', '/'),
        (path) => `${path}?graph=a`,
        (path) => `${path}?/api/graph/traverse`,
        (path) => `${path}#/api/graph/traverse`,
        (path) => `http://localhost${path}`,
        (path) => `http://localhost/api/graph/traverse${path}`,
        (path) => `/api/graph/traverse/..${path.replace('/api/graph', '')}`,
        (path) => `${path};/api/graph/traverse`,
      );
      let reached = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...CHANGES),
          fc.array(fc.tuple(spelling, fc.nat(30)), { maxLength: 3 }),
          async ([method, path, role], steps) => {
            const spelled = steps.reduce((text, [step, at]) => step(text, at), path as string);
            await send(method, spelled);
            if (routed === undefined) return;
            reached++;
            expect(isWrite({ method, url: spelled }))
              .withContext(spelled)
              .toBeTrue();
            expect(RANK[effectOf({ method, url: spelled }).role])
              .withContext(spelled)
              .toBeGreaterThanOrEqual(RANK[role]);
          },
        ),
        { numRuns: 600, seed: 10 },
      );
      expect(reached).toBeGreaterThan(100);
    });
  });
});
