import { once } from 'node:events';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { closeServer, createLogger, Guard, listen, portOf } from '@graphtail/runtime';
import express from 'express';
import { eventually } from '../../../tests/support/eventually.ts';
import { createProxies } from './proxies.ts';
import { Services } from './services.ts';
import { Deliveries } from './upstreams/delivery.ts';
import { Upstreams } from './upstreams/upstreams.ts';

const CHUNK = Buffer.alloc(64 * 1024);

describe('an answer that is passed on', () => {
  let service: Server;
  let front: Server;
  let close: () => void;
  /** Answers of the service that have not ended. */
  const open = new Set<ServerResponse>();
  const clients: Socket[] = [];

  beforeAll(async () => {
    const endless: RequestListener = (request, response) => {
      open.add(response);
      response.once('close', () => open.delete(response));
      if (request.url === '/sse/silent') response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      else if (request.url !== '/api/log/late') pump(response);
    };
    service = await listen(endless, { host: '127.0.0.1', port: 0 });
    const base = `http://127.0.0.1:${String(portOf(service))}`;
    const upstreams = new Upstreams({ ingest: [base], projector: [base], notifier: [base] });
    const deliveries = new Deliveries(upstreams);
    const services = new Services(upstreams, deliveries, new Guard({ host: '127.0.0.1', allowHost: [] }));
    const proxies = createProxies(deliveries, services, createLogger('gateway', 'silent'));
    front = await listen(express().use(proxies.middleware), { host: '127.0.0.1', port: 0 });
    close = proxies.close;
  });
  afterAll(async () => {
    close();
    await Promise.all([closeServer(front, 50), closeServer(service, 50)]);
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });

  function pump(response: ServerResponse): void {
    if (response.destroyed) return;
    if (response.write(CHUNK)) setImmediate(() => pump(response));
    else response.once('drain', () => pump(response));
  }

  async function dial(path: string): Promise<Socket> {
    const socket = connect({ port: portOf(front), host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined);
    clients.push(socket);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    if (path !== '/api/log/late') await once(socket, 'data');
    socket.pause();
    return socket;
  }

  for (const path of ['/sse/events', '/sse/silent', '/api/graph/export', '/api/log/late']) {
    it(`is cancelled at the service when its client has left: ${path}`, async () => {
      const gone = await Promise.all(Array.from({ length: 20 }, () => dial(path)));
      await eventually(() => open.size === 20);
      for (const [i, client] of gone.entries()) if (i % 2 === 0) client.resetAndDestroy();
      for (const client of gone) client.destroy();
      await expectAsync(eventually(() => open.size === 0, 3_000)).toBeResolved();
    });

    it(`is cancelled at the service when its client closed its half and reads nothing: ${path}`, async () => {
      const halves = await Promise.all(Array.from({ length: 5 }, () => dial(path)));
      await eventually(() => open.size === 5);
      for (const client of halves) client.end();
      await expectAsync(eventually(() => open.size === 0, 10_000)).toBeResolved();
    });
  }
});
