import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeServer, createLogger, Guard, listen, portOf } from '@graphtail/runtime';
import express from 'express';
import { eventually } from '../../../tests/support/eventually.ts';
import { createProxies } from './proxies.ts';
import { Services } from './services.ts';
import { Deliveries } from './upstreams/delivery.ts';
import type { Upstream } from './upstreams/upstream.ts';
import { Upstreams } from './upstreams/upstreams.ts';

const BODY = JSON.stringify({ start_node: 'a' });

describe('A request that a process of a service does not answer', () => {
  const closing: (() => Promise<unknown> | void)[] = [];
  let upstreams: Upstreams;
  /** What the processes received, in order. */
  let received: string[];

  beforeEach(() => (received = []));
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function started(handler: RequestListener): Promise<string> {
    const server = await listen(handler, { host: '127.0.0.1', port: 0 });
    closing.push(() => closeServer(server, 50));
    return `http://127.0.0.1:${String(portOf(server))}`;
  }
  const told = async (who: string, request: IncomingMessage): Promise<void> =>
    void received.push(`${who} ${request.method ?? ''} ${await text(request)}`);
  /** Takes a request and breaks the connection off. */
  const breaking: RequestListener = (request, response) => {
    void told('breaks', request).then(() => response.destroy());
  };
  const answering: RequestListener = (request, response) => {
    void told('answers', request).then(() => response.end('{}'));
  };
  async function refusing(): Promise<string> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${String(portOf(server))}`;
    server.close();
    return url;
  }

  /** A gateway before projectors of which the first is chosen first. */
  async function front(first: string, ...others: string[]): Promise<string> {
    upstreams = new Upstreams({ ingest: [], projector: [first, ...others], notifier: [] });
    for (const other of upstreams.of('projector').slice(1)) other.enter();
    const deliveries = new Deliveries(upstreams);
    const services = new Services(upstreams, deliveries, new Guard({ host: '127.0.0.1', allowHost: [] }));
    const proxies = createProxies(deliveries, services, createLogger('gateway', 'silent'));
    closing.push(() => [proxies, services, deliveries, upstreams].forEach((part) => void part.close()));
    return started(express().use(proxies.middleware));
  }
  const post = async (url: string, body: string | undefined = BODY): Promise<number> =>
    (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status;

  it('is sent to another one if it changes nothing, with its body', async () => {
    const url = await front(await started(breaking), await started(answering));
    expect((await fetch(`${url}/api/graph/stats`)).status).toBe(200);
    expect(received).toEqual(['breaks GET ', 'answers GET ']);
    const again = await front(await started(breaking), await started(answering));
    expect(await post(`${again}/api/graph/traverse`)).toBe(200);
    expect(received.slice(2)).toEqual([`breaks POST ${BODY}`, `answers POST ${BODY}`]);
  });

  it('is not sent twice if it may have changed something: 503', async () => {
    const url = await front(await started(breaking), await started(answering));
    expect(await post(`${url}/api/graph/admin/reanalyze`)).toBe(503);
    expect(received).toEqual([`breaks POST ${BODY}`]);
  });

  it('goes to another one whatever it is, with its body, if nothing of it was sent', async () => {
    const url = await front(await refusing(), await started(answering));
    const large = JSON.stringify({ text: 'x'.repeat(200_000) });
    expect(await post(`${url}/api/graph/admin/reanalyze`, large)).toBe(200);
    expect(received).toEqual([`answers POST ${large}`]);
  });

  it('is given up after three that broke it off: it may be the request that ends them', async () => {
    const url = await front(...((await Promise.all(Array.from({ length: 5 }, () => started(breaking)))) as [string]));
    expect((await fetch(`${url}/api/graph/stats`)).status).toBe(503);
    expect(received.length).toBe(3);
  });

  it('is no longer tried when its client has left', async () => {
    const arrived = Promise.withResolvers<void>();
    const hanging = await started((request) => void told('hangs', request).then(arrived.resolve));
    const url = await front(hanging, await started(answering));
    const leaving = new AbortController();
    const asked = fetch(`${url}/api/graph/stats`, { signal: leaving.signal });
    await arrived.promise;
    leaving.abort();
    await expectAsync(asked).toBeRejected();
    const [first, second] = upstreams.of('projector') as [Upstream, Upstream];
    const before = second.open;
    await eventually(() => first.open === 0);
    expect([second.open, received]).toEqual([before, ['hangs GET ']]);
  });
});
