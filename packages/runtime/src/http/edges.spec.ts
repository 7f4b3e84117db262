import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { z } from 'zod';
import { eventually } from '../../../../tests/support/eventually.ts';
import { addRoutes, createApp, finishApp } from '../app.ts';
import { Guard } from '../guard/index.ts';
import { createLogger } from '../logger.ts';
import { createRegistry } from '../metrics.ts';
import { Problem } from '../problem.ts';
import { closeServer, listen, portOf } from '../server.ts';
import { isKnownAnswer, sendJson } from './answer.ts';
import { truth, wholeNumber } from './fields.ts';
import { route } from './route.ts';

type Answer = { status: number; headers: Headers; text: string; body: Record<string, unknown> };

describe('the edges of HTTP', () => {
  let server: Server;
  let base: string;

  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(base + path, init);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>,
    };
  };
  const post = (body: string, type = 'application/json') => ask('/walk', { method: 'POST', headers: { 'content-type': type }, body });
  const refused = async (path: string): Promise<unknown[]> => {
    const { status, body } = await ask(path);
    return [status, body['code'], body['field']];
  };

  beforeAll(async () => {
    const app = createApp({
      name: 'test',
      logger: createLogger('test', 'silent'),
      registry: createRegistry(),
      guard: new Guard({ host: '127.0.0.1', allowHost: [] }),
      health: () => Promise.resolve({ status: 'ok' }),
      ready: () => true,
    });
    addRoutes(app, [
      route({
        method: 'get',
        path: '/search',
        tag: 'test',
        summary: 'search',
        query: { name: z.string().optional(), limit: wholeNumber({ min: 1, max: 1000 }, 'items').default(50), deep: truth(false, 'deep') },
        answers: { 200: z.object({ limit: z.int(), items: z.array(z.string()) }) },
        handle: ({ query: { limit }, response }) => sendJson(response, { limit, items: Array.from({ length: limit }, () => 'an item') }),
      }),
      route({
        method: 'get',
        path: '/late',
        tag: 'test',
        summary: 'refused after its tag was given',
        answers: { 200: z.object({}) },
        problems: ['NOT_FOUND'],
        handle({ response }) {
          if (!isKnownAnswer(response, 'late')) throw new Problem(404, 'NOT_FOUND', 'not here');
        },
      }),
      route({
        method: 'get',
        path: '/plain',
        tag: 'test',
        summary: 'no parameters',
        answers: { 200: z.object({ plain: z.boolean() }) },
        handle: ({ response }) => sendJson(response, { plain: true }),
      }),
      route({
        method: 'post',
        path: '/walk',
        tag: 'test',
        summary: 'walk',
        body: {
          start: z.string().optional(),
          types: z
            .array(z.enum(['calls', 'imports']))
            .max(3)
            .optional(),
          free: z.unknown().optional(),
        },
        answers: { 200: z.object({ ok: z.boolean() }) },
        handle: ({ response }) => sendJson(response, { ok: true }),
      }),
    ]);
    finishApp(app);
    server = await listen(app, { host: '127.0.0.1', port: 0 });
    base = `http://127.0.0.1:${String(portOf(server))}`;
  });
  afterAll(() => closeServer(server));

  it('refuses an unknown parameter, lists the known ones and suggests the intended one', async () => {
    const { status, body } = await ask('/search?nmae=x');
    expect([status, body['code'], body['field']]).toEqual([400, 'BAD_REQUEST', 'nmae']);
    expect(body['detail']).toContain('did you mean name?');
    expect(body['detail']).toContain('known: name, limit, deep');
    for (const path of ['/plain?x=1', '/search?__proto__=1', '/metrics?x=1']) {
      expect((await refused(path)).slice(0, 2))
        .withContext(path)
        .toEqual([400, 'BAD_REQUEST']);
    }
  });

  it('accepts a token in any query', async () => {
    expect((await ask('/plain?token=abc')).status).toBe(200);
  });

  it('accepts only numbers of decimal digits', async () => {
    for (const limit of ['0x10', '1e3', '%205', '%2B5', '', '1.0', '-1', '0', '1001', '99999999999999999999']) {
      expect(await refused(`/search?limit=${limit}`))
        .withContext(limit)
        .toEqual([400, 'BAD_REQUEST', 'limit']);
    }
    expect((await ask('/search?limit=1000')).body['limit']).toBe(1000);
  });

  it('refuses a repeated or nested parameter', async () => {
    for (const query of ['limit=1&limit=2', 'limit[]=1', 'limit[a]=1', 'name=a&name=b', 'deep=true&deep=true']) {
      expect(await refused(`/search?${query}`))
        .withContext(query)
        .toEqual([400, 'BAD_REQUEST', query.split(/[[=]/)[0]]);
    }
  });

  it('refuses an unknown key of a body, and any body if none is expected', async () => {
    const { status, body } = await post('{"strat":"x"}');
    expect([status, body['field']]).toEqual([400, 'strat']);
    expect(body['detail']).toContain('did you mean start?');
    for (const nothing of ['[1]', '1', '{', '"x"']) {
      const refusal = await post(nothing);
      expect([refusal.status, refusal.body['field']]).withContext(nothing).toEqual([400, 'body']);
    }
  });

  it('reports at most ten errors in a few kilobytes, whatever was sent', async () => {
    const keys = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${String(index)}"\u0001`, 1]));
    for (const body of [JSON.stringify(keys), JSON.stringify({ ['"'.repeat(7_000)]: 1 }), JSON.stringify({ types: ['x', 'y', 'z'] })]) {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect((answer.body['errors'] as unknown[] | undefined)?.length ?? 0).toBeLessThanOrEqual(10);
      expect(answer.text.length).toBeLessThan(16_384);
    }
  });

  it('refuses a list by its length before it looks at the items', async () => {
    const { body } = await post(JSON.stringify({ types: Array.from({ length: 1000 }, () => 'x') }));
    expect(body['errors']).toEqual([{ field: 'types', message: jasmine.stringMatching('Too big') }]);
  });

  it('refuses a body of more than 16 KiB with 413 before it has arrived', async () => {
    const { status, body } = await post(JSON.stringify({ start: 'x'.repeat(20_000) }));
    expect([status, body['code'], body['limit']]).toEqual([413, 'PAYLOAD_TOO_LARGE', 16_384]);
    const socket = connect(portOf(server), '127.0.0.1');
    socket.write('POST /walk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9000000000\r\n\r\n{');
    let said = '';
    for await (const chunk of socket) said += String(chunk); // the connection ends, though the body never came
    expect(said).toMatch(/^HTTP\/1.1 413 /);
  });

  it('reads and drops the rest of a refused body, so that the sender gets this answer and the next', async () => {
    const socket = connect(portOf(server), '127.0.0.1').setEncoding('utf8');
    let said = '';
    socket.on('data', (text: string) => (said += text));
    socket.write(`POST /walk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n`);
    await eventually(() => said.startsWith('HTTP/1.1 413 '));
    socket.write('x'.repeat(1_000_000));
    socket.end('GET /plain HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await once(socket, 'close');
    expect(said).toContain('HTTP/1.1 200 OK');
  });

  it('refuses a request without Host, or with two, with a problem that names the field', async () => {
    for (const hosts of ['', 'Host: localhost\r\nHost: localhost\r\n']) {
      const socket = connect(portOf(server), '127.0.0.1');
      socket.write(`GET /plain HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`);
      let said = '';
      for await (const chunk of socket) said += String(chunk);
      expect(said).toMatch(/^HTTP\/1.1 400 [^]*"field":"Host"/);
    }
  });

  it('refuses a body that is nested too deeply', async () => {
    const { status, body } = await post(`{"free":${'['.repeat(5_000)}${']'.repeat(5_000)}}`);
    expect([status, body['code'], body['field']]).toEqual([400, 'BAD_REQUEST', 'body']);
    expect(body['detail']).toContain('nested deeper');
  });

  it('refuses a body of another type with 415 that names the right one, and needs no type without a body', async () => {
    const { status, headers, body } = await post('start=x', 'application/x-www-form-urlencoded');
    expect([status, body['code'], body['expected'], headers.get('accept')]).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'application/json',
      'application/json',
    ]);
    expect((await ask('/walk', { method: 'POST' })).status).toBe(200);
    expect((await post('{}', 'application/json; charset=utf-8')).status).toBe(200);
  });

  it('answers another method of a known path with 405 and Allow, OPTIONS with 204, HEAD as GET', async () => {
    for (const [method, path, allow] of [
      ['DELETE', '/search', 'GET, HEAD, OPTIONS'],
      ['GET', '/walk', 'POST, OPTIONS'],
      ['POST', '/health', 'GET, HEAD, OPTIONS'],
    ] as const) {
      const { status, headers, body } = await ask(path, { method });
      expect([status, body['code'], headers.get('allow')]).toEqual([405, 'METHOD_NOT_ALLOWED', allow]);
      const options = await ask(path, { method: 'OPTIONS' });
      expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
    }
    const head = await ask('/search', { method: 'HEAD' });
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', (await ask('/search')).headers.get('etag')]);
  });

  it('answers JSON, whatever the Accept header says', async () => {
    expect((await ask('/plain', { headers: { accept: 'image/png' } })).headers.get('content-type')).toContain('application/json');
  });

  it('answers 304 to a client that has the answer', async () => {
    const tag = (await ask('/search?limit=3')).headers.get('etag') ?? '';
    expect(tag).toMatch(/^W\/"/);
    const again = (path: string) => ask(path, { headers: { 'if-none-match': tag } });
    const { status, text, headers } = await again('/search?limit=3');
    expect([status, text, headers.get('etag'), headers.get('cache-control')]).toEqual([304, '', tag, 'no-cache']);
    expect((await again('/search?limit=4')).status).toBe(200);
  });

  it('gives a problem no ETag, so that it is not taken for the answer later', async () => {
    const { status, headers } = await ask('/late', { headers: { 'if-none-match': '*' } });
    expect([status, headers.get('etag')]).toEqual([404, null]);
  });

  it('compresses large answers, and not small ones', async () => {
    const encoded = async (path: string, encoding: string) =>
      (await ask(path, { headers: { 'accept-encoding': encoding } })).headers.get('content-encoding');
    expect(await encoded('/search?limit=1000', 'gzip')).toBe('gzip');
    expect(await encoded('/search?limit=1000', 'br')).toBe('br');
    expect(await encoded('/search?limit=1000', 'identity')).toBeNull();
    expect(await encoded('/plain', 'gzip')).toBeNull();
  });

  it('describes its routes by the schemas that parse requests', async () => {
    const { body } = await ask('/openapi.json');
    const { paths } = body as { paths: Record<string, Record<string, { parameters: object[]; requestBody?: object }>> };
    expect(paths['/search']?.['get']?.parameters[1]).toEqual({
      name: 'limit',
      in: 'query',
      required: false,
      description: 'items; a whole number from 1 to 1000',
      schema: { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
    });
    expect(Object.keys(paths)).toEqual(jasmine.arrayContaining(['/health', '/ready', '/metrics', '/openapi.json', '/search', '/walk']));
  });
});
