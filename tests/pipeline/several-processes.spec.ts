import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { seqOf, type Offset } from '@graphtail/facts';
import { GraphRegistry } from '@graphtail/log';
import { closeServer, listen, portOf } from '@graphtail/runtime';
import { io } from 'socket.io-client';
import { eventually } from '../support/eventually.ts';
import { appendNamed } from '../support/log.ts';
import { Observer } from '../support/observer.ts';
import { startServiceProcess, type ServiceProcess } from '../support/service-process.ts';
import { useLog } from '../support/use-log.ts';

const TIMEOUT_MS = 120_000;
const SUBSCRIBERS = 6;

type Health = { status: string; detail?: string; answering?: number; processes?: { address: string; status: string }[] };

describe('Two projectors and two notifiers behind one gateway', () => {
  const context = useLog();
  let projectors: [ServiceProcess, ServiceProcess];
  let notifiers: [ServiceProcess, ServiceProcess];
  /** Stands in for ingest, which would append what the source says. */
  let ingest: Server;
  let gateway: ServiceProcess;
  const cleaning: (() => Promise<unknown> | void)[] = [];

  beforeEach(async () => {
    const { url } = context.server;
    await new GraphRegistry(context.redis).add('g', '/nonexistent');
    await appendNamed(context.log, 'first', 'second');
    const start = (name: 'projector' | 'notifier'): Promise<ServiceProcess> => startServiceProcess(name, url);
    const [p1, p2, n1, n2] = await Promise.all([start('projector'), start('projector'), start('notifier'), start('notifier')]);
    projectors = [p1, p2];
    notifiers = [n1, n2];
    ingest = await listen((_request, response) => void response.end('{"status":"ok"}'), { host: '127.0.0.1', port: 0 });
    gateway = await startServiceProcess('gateway', url, {
      GRAPHTAIL_INGEST_URL: `http://127.0.0.1:${String(portOf(ingest))}`,
      GRAPHTAIL_PROJECTOR_URL: projectors.map((each) => each.url).join(','),
      GRAPHTAIL_NOTIFIER_URL: notifiers.map((each) => each.url).join(', '),
    });
    await eventually(async () => (await health()).status === 'ok' && (await allAreUsable()), 30_000);
  }, TIMEOUT_MS);
  afterEach(async () => {
    for (const clean of cleaning.splice(0)) await clean();
    await Promise.all([closeServer(ingest, 50), ...[gateway, ...notifiers, ...projectors].map((each) => each.stop())]);
  }, TIMEOUT_MS);

  const json = async <T>(url: string, init?: RequestInit): Promise<T> => (await fetch(url, init)).json() as Promise<T>;
  const health = (): Promise<Health> => json(`${gateway.url}/health`);
  /** Whether the gateway knows all of them to be ready. */
  const allAreUsable = async (): Promise<boolean> => {
    const text = await (await fetch(`${gateway.url}/metrics?service=gateway`)).text();
    return ['projector', 'notifier'].every((name) => text.includes(`graphtail_upstream_processes{upstream="${name}",state="usable"} 2\n`));
  };
  const services = async (): Promise<Record<string, Health>> =>
    (await json<{ services: Record<string, Health> }>(`${gateway.url}/health`)).services;

  /** Appends a fact every few milliseconds until the spec ends. Returns how many were appended. */
  function appendOnAndOn(): { count(): number; stop(): Promise<void> } {
    let count = 0;
    let isStopped = false;
    const done = (async () => {
      for (; !isStopped; count++) {
        await appendNamed(context.log, `n${String(count)}`);
        await wait(2);
      }
    })();
    const stop = async (): Promise<void> => {
      isStopped = true;
      await done;
    };
    cleaning.push(stop);
    return { count: () => count, stop };
  }

  /** Asks on and on, several at once. Returns the answers that were no success. */
  function askOnAndOn(...requests: [path: string, init?: RequestInit][]): {
    answered(): number;
    failures: string[];
    stop(): Promise<void>;
  } {
    const failures: string[] = [];
    let answered = 0;
    let isStopped = false;
    const asker = async ([path, init]: [string, RequestInit?]): Promise<void> => {
      while (!isStopped) {
        try {
          const response = await fetch(`${gateway.url}${path}`, init);
          const text = await response.text();
          if (!response.ok) failures.push(`${path}: ${String(response.status)} ${text}`);
        } catch (error) {
          failures.push(`${path}: ${String(error)}`);
        }
        answered++;
      }
    };
    const asking = Promise.all(requests.flatMap((request) => [asker(request), asker(request)]));
    const stop = async (): Promise<void> => {
      isStopped = true;
      await asking;
    };
    cleaning.push(stop);
    return { answered: () => answered, failures, stop };
  }
  const more = async (asking: { answered(): number }, answers: number): Promise<void> => {
    const before = asking.answered();
    await eventually(() => asking.answered() >= before + answers, 30_000);
  };
  const posted = (body: object): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

  it(
    'a projector that is killed, is away and comes back fails no request that changes nothing',
    async () => {
      const asking = askOnAndOn(
        ['/api/graph/stats?graph=g'],
        ['/api/graph/nodes/search?graph=g&name=first'],
        ['/api/graph/traverse?graph=g', posted({ start_node: 'm.ts#first' })],
      );
      await more(asking, 100);
      for (const projector of projectors) {
        await projector.kill();
        await more(asking, 100);
        expect((await services())['projector']).toEqual(
          jasmine.objectContaining({
            status: 'degraded',
            answering: 1,
            known: 2,
            detail: `1 of 2 processes answer; ${projector.address}: not reachable`,
          }),
        );
        await projector.start();
        await eventually(async () => (await health()).status === 'ok', 30_000);
      }
      await asking.stop();
      expect(asking.failures).toEqual([]);
      await Promise.all(projectors.map((each) => each.kill()));
      expect((await services())['projector']!.status).toBe('down');
    },
    TIMEOUT_MS,
  );

  it(
    'a projector that hangs holds up no request for longer than it takes to notice, and gets no more',
    async () => {
      const asking = askOnAndOn(['/api/graph/stats?graph=g'], ['/api/graph/nodes/search?graph=g&name=first']);
      await more(asking, 100);
      projectors[0].signal('SIGSTOP');
      await more(asking, 200);
      await asking.stop();
      expect(asking.failures).toEqual([]);
      expect((await services())['projector']!.detail).toBe(`1 of 2 processes answer; ${projectors[0].address}: no answer within 2 s`);
      projectors[0].signal('SIGCONT');
      await eventually(async () => (await health()).status === 'ok', 30_000);
    },
    TIMEOUT_MS,
  );

  it(
    'a read with min_offset is about that fact or later, whichever projector answers',
    async () => {
      for (let i = 0; i < 30; i++) {
        await appendNamed(context.log, `n${String(i)}`);
        const { head } = await context.log.state();
        const response = await fetch(`${gateway.url}/api/graph/stats?graph=g&min_offset=${head}`);
        expect(response.status).toBe(200);
        expect(seqOf(response.headers.get('graphtail-offset') as Offset)).toBeGreaterThanOrEqual(seqOf(head));
      }
    },
    TIMEOUT_MS,
  );

  it(
    'the subscribers of a notifier that is killed go on at the other one, without a gap',
    async () => {
      const writing = appendOnAndOn();
      const observers = Array.from({ length: SUBSCRIBERS }, () => new Observer(gateway.url, 'g'));
      cleaning.push(() => Promise.all(observers.map((each) => each.close())));
      await eventually(() => observers.every(({ facts }) => facts.length > 10), 30_000);
      const connectionsAt = async ({ url }: ServiceProcess): Promise<number> =>
        (await json<{ active_connections: number }>(`${url}/ws/status`)).active_connections;
      expect(await Promise.all(notifiers.map(connectionsAt))).toEqual([SUBSCRIBERS / 2, SUBSCRIBERS / 2]);

      await notifiers[0].kill();
      await eventually(async () => (await connectionsAt(notifiers[1])) === SUBSCRIBERS, 30_000);
      await writing.stop();
      const { head } = await context.log.state();
      await eventually(() => observers.every(({ facts }) => facts.at(-1)?.offset === head), 30_000);
      for (const { facts, violations } of observers) expect([facts.length, violations]).toEqual([seqOf(head), []]);
    },
    TIMEOUT_MS,
  );

  it(
    'a rebuild reaches both projectors, and the answer names them, and the one that it missed',
    async () => {
      const refolds = async ({ url }: ServiceProcess): Promise<boolean> => {
        const text = await (await fetch(`${url}/metrics`)).text();
        return /graphtail_projector_refolds_total\{[^}]*reason="requested"[^}]*\} [1-9]/.test(text);
      };
      const rebuild = (): Promise<Record<string, unknown>> => json(`${gateway.url}/api/graph/admin/rebuild?graph=g`, posted({}));
      expect(await rebuild()).toEqual(
        jasmine.objectContaining({ rebuilding: true, projectors: projectors.map(({ address }) => address), missing: [] }),
      );
      await eventually(async () => (await Promise.all(projectors.map(refolds))).every(Boolean), 30_000);
      await projectors[0].kill();
      expect(await rebuild()).toEqual(jasmine.objectContaining({ projectors: [projectors[1].address], missing: [projectors[0].address] }));
      const unknown = await fetch(`${gateway.url}/api/graph/admin/rebuild?graph=other`, posted({}));
      expect([unknown.status, ((await unknown.json()) as { code: string }).code]).toEqual([404, 'UNKNOWN_GRAPH']);
      await projectors[1].kill();
      expect(await rebuild()).toEqual(jasmine.objectContaining({ status: 503, code: 'UNAVAILABLE', service: 'projector' }));
    },
    TIMEOUT_MS,
  );

  it(
    'sessions and consumers are those of both notifiers, each once; metrics name the process',
    async () => {
      const observers = Array.from({ length: SUBSCRIBERS }, () => new Observer(gateway.url, 'g'));
      cleaning.push(() => Promise.all(observers.map((each) => each.close())));
      const stop = new AbortController();
      const named = await fetch(`${gateway.url}/sse/events?graph=g&consumer=named`, { signal: stop.signal });
      cleaning.push(() => stop.abort());
      type Sessions = { active_connections: number; by_transport: Record<string, number>; missing: string[] };
      const sessions = (): Promise<Sessions> => json(`${gateway.url}/ws/status`);
      await eventually(async () => (await sessions()).active_connections === SUBSCRIBERS + 1, 30_000);
      expect(await sessions()).toEqual(jasmine.objectContaining({ by_transport: { websocket: SUBSCRIBERS, sse: 1 }, missing: [] }));

      type Consumers = { consumers: { id: string; name: string | null }[]; total: number };
      const { consumers, total } = await json<Consumers>(`${gateway.url}/api/consumers?graph=g`);
      expect([consumers.length, total, new Set(consumers.map(({ id }) => id)).size]).toEqual(Array(3).fill(SUBSCRIBERS + 1) as number[]);
      expect(consumers.filter(({ name }) => name === 'named').map(({ id }) => id)).toEqual([named.headers.get('graphtail-session')!]);
      expect((await json<Consumers>(`${gateway.url}/api/consumers?graph=g&limit=2`)).consumers.length).toBe(2);

      // [S11b] An acknowledgement is judged by the notifier that knows what was sent.
      const { epoch } = await context.log.state();
      const ahead = await fetch(`${gateway.url}/api/consumers/named/ack?graph=g`, posted({ cursor: `${String(epoch)}-1` }));
      expect(ahead.status).toBe(200);

      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      for (const { address } of notifiers)
        expect(metrics).toMatch(new RegExp(`^graphtail_subscribers\\{service="notifier",process="${address}",transport="websocket"`, 'm'));
      expect(metrics).toContain('graphtail_upstream_processes{service="gateway",upstream="notifier",state="usable"} 2');
    },
    TIMEOUT_MS,
  );

  it(
    'the polls of a Socket.IO session go to the notifier that has it',
    async () => {
      const sockets = Array.from({ length: 4 }, () =>
        io(`${gateway.url}/events`, {
          transports: ['polling'],
          forceNew: true,
          reconnection: false,
          auth: { graph: 'g', from: 'earliest', batch: 'true' },
        }),
      );
      cleaning.push(() => sockets.forEach((socket) => void socket.disconnect()));
      const through = sockets.map(() => 0);
      for (const [i, socket] of sockets.entries()) {
        socket.on('facts', (frame: { through: Offset }) => (through[i] = seqOf(frame.through)));
      }
      for (let n = 0; n < 20; n++) {
        await appendNamed(context.log, `n${String(n)}`);
        const { head } = await context.log.state();
        await eventually(() => through.every((seq) => seq === seqOf(head)), 20_000);
      }
      expect(sockets.every((socket) => socket.connected)).toBeTrue();
    },
    TIMEOUT_MS,
  );
});
