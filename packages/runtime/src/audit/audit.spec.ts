import type { Server } from 'node:http';
import type { NewFact } from '@graphtail/facts';
import express from 'express';
import { finishApp } from '../app.ts';
import { Guard } from '../guard/index.ts';
import { createLogger } from '../logger.ts';
import { createRegistry } from '../metrics.ts';
import { Problem } from '../problem.ts';
import { observeRequests } from '../requests.ts';
import { closeServer, listen, portOf } from '../server.ts';
import { answeredElsewhere, Audit, nameTarget } from './audit.ts';
import { changeOf } from './change.ts';
import { auditFact } from './entry.ts';
import { Flood } from './flood.ts';

describe('the audit of requests', () => {
  let server: Server;
  let facts: NewFact[];

  beforeEach(async () => {
    facts = [];
    const audit = new Audit((fact) => facts.push(fact));
    const app = express();
    app.use(observeRequests(createLogger('spec', 'silent'), createRegistry()));
    app.use(audit.requests);
    app.use(new Guard({ host: '127.0.0.1', allowHost: [] }).requests);
    app.post('/api/graph/admin/rebuild', (request, response) => {
      if (request.query['graph'] === undefined) nameTarget(response, 'only');
      response.json({});
    });
    app.post('/api/graph/traverse', (_request, response) => response.json({}));
    app.get('/api/graphs', (_request, response) => response.json({}));
    app.delete('/api/consumers/:name', () => {
      throw new Problem(503, 'UNAVAILABLE', 'Redis does not answer at the moment.');
    });
    app.post('/api/consumers/:name/ack', (_request, response) => {
      answeredElsewhere(response);
      response.json({});
    });
    finishApp(app);
    server = await listen(app, { host: '127.0.0.1', port: 0 });
  });
  afterEach(() => closeServer(server, 50));

  const send = async (method: string, path: string, headers: Record<string, string> = {}): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${String(portOf(server))}${path}`, { method, headers });
    await response.arrayBuffer();
  };
  const entries = () => facts.map(({ data }) => data);

  it('records who asked for each change, its target and its outcome', async () => {
    await send('POST', '/api/graph/admin/rebuild?graph=shop');
    await send('POST', '/api/graph/admin/rebuild');
    await send('DELETE', '/api/consumers/a%20b?graph=shop');
    await send('PUT', '/nowhere?token=hunter2');
    const by = { actor: 'anyone', address: '127.0.0.1' };
    expect(entries()).toEqual([
      { ...by, action: 'rebuild', target: 'shop', outcome: 'ok' },
      { ...by, action: 'rebuild', target: 'only', outcome: 'ok' },
      { ...by, action: 'delete_consumer', target: 'shop/a b', outcome: 'failed' },
      { ...by, action: 'PUT /nowhere', target: '', outcome: 'rejected' },
    ]);
    expect(facts[0]).toEqual(jasmine.objectContaining({ event_type: 'audit_recorded', entity_type: 'audit' }));
    expect(new Set(facts.map(({ entity_id: id }) => id)).size).toBe(4);
  });

  it('records what the guard refused, with an unknown actor', async () => {
    await send('POST', '/api/graph/admin/rebuild?graph=shop', { 'sec-fetch-site': 'cross-site' });
    expect(entries()).toEqual([{ actor: 'unknown', action: 'rebuild', target: 'shop', outcome: 'refused', address: '127.0.0.1' }]);
  });

  it('leaves out reads, and requests that another service answered', async () => {
    await send('GET', '/api/graphs');
    await send('POST', '/api/graph/traverse');
    await send('POST', '/api/consumers/c/ack');
    expect(entries()).toEqual([]);
  });

  it('counts a flood of requests that changed nothing, and records every one that changed something', async () => {
    for (let i = 0; i < 60; i++) await send('POST', '/nowhere');
    expect(facts.length).toBeGreaterThanOrEqual(20);
    expect(facts.length).toBeLessThan(40);
    const before = facts.length;
    for (let i = 0; i < 30; i++) await send('POST', '/api/graph/admin/rebuild?graph=shop');
    expect(facts.length).toBe(before + 30);
  });
});

describe('a flood', () => {
  it('is recorded at five a second, and the rest as a number', () => {
    let now = 0;
    const told: number[] = [];
    const flood = new Flood(
      (requests) => told.push(requests),
      () => now,
    );
    const admitted = (): number => Array.from({ length: 100 }, () => flood.admits()).filter(Boolean).length;
    expect(admitted()).toBe(20);
    now += 1_000;
    expect(admitted()).toBe(5);
    flood.tell();
    flood.tell();
    expect(told).toEqual([175]);
  });
});

describe('what a request changes', () => {
  it('has a name, whatever the case of its path', () => {
    const cases: [string, string, string, string][] = [
      ['POST', '/api/graphs', 'add_graph', ''],
      ['DELETE', '/API/graphs/Shop/', 'remove_graph', 'Shop'],
      ['POST', '/api/graph/admin/ReAnalyze?graph=shop', 'reanalyze', 'shop'],
      ['POST', '/api/graph/admin/cancel', 'cancel', ''],
      ['POST', '/api/consumers/Me/ack?graph=shop', 'ack_consumer', 'shop/Me'],
      ['POST', '/api/consumers/me/seek', 'seek_consumer', 'me'],
      ['DELETE', '/api/consumers/%zz', 'delete_consumer', '%zz'],
      ['POST', '/api/alerts', 'receive_alerts', ''],
      ['POST', '/api/alerts/7/ack', 'acknowledge_alert', '7'],
      ['GET', '/sse/events?graph=shop&consumer=me&token=hunter2', 'take_consumer', 'shop/me'],
      ['PATCH', '/api/graphs/shop?x=hunter2', 'PATCH /api/graphs/shop', ''],
    ];
    for (const [method, url, action, target] of cases) expect(changeOf(method, url)).withContext(url).toEqual({ action, target });
  });

  it('is limited in length, whatever was sent', () => {
    const long = 'x'.repeat(10_000);
    const fact = auditFact({ actor: long, action: long, target: long, outcome: 'ok', address: long });
    expect(JSON.stringify(fact).length).toBeLessThan(1_200);
  });
});
