import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import { hashText, lanesToHex, type Offset } from '@graphtail/facts';
import { factText, factsFrame, place, subscribedFrame } from '../testing/log.ts';
import { createApi } from './api.ts';
import { ApiError } from './api-error.ts';
import { connect } from './connect.ts';
import type { ClientEvent } from './events.ts';
import type { ConnectOptions } from './options.ts';
import type { Subscription } from './subscription.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function stream(...frames: string[]): Answer {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const frame of frames) response.write(`event: x\ndata: ${frame.replaceAll('\n', '\ndata: ')}\n\n`);
  };
}

describe('over HTTP', () => {
  let server: Server;
  let url: string;
  let answers: Map<string, Answer[]>;
  let requests: IncomingMessage[];

  beforeEach(async () => {
    answers = new Map();
    requests = [];
    server = createServer((request, response) => {
      requests.push(request);
      const { pathname } = new URL(request.url ?? '', 'http://server');
      const queue = answers.get(pathname);
      const answer = queue?.length === 1 ? queue[0] : queue?.shift();
      if (answer === undefined) response.writeHead(404).end('no');
      else answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  describe('questions', () => {
    it('carry graph, offsets and token', async () => {
      answers.set('/base/api/graph/stats', [
        json(200, {
          total_nodes: 2,
          total_relationships: 1,
          node_types: {},
          relationship_types: {},
          languages: {},
          offset: '1-3',
          state_digest: 'd',
        }),
      ]);
      const stats = await createApi(`${url}/base/`, 'secret').stats({ graph: 'a b', minOffset: '1-3' as Offset });
      expect(stats.total_nodes).toBe(2);
      expect(requests[0]?.url).toBe('/base/api/graph/stats?graph=a+b&min_offset=1-3');
      expect(requests[0]?.headers.authorization).toBe('Bearer secret');
    });

    it('that are refused become an error with code, field, cursors and what to wait', async () => {
      const body = { code: 'CURSOR_TOO_OLD', detail: 'gone', status: 409, earliest: '1-5', head: '1-9', resume_at: '1-4', field: 'from' };
      answers.set('/api/log/receipt', [json(409, body, { 'retry-after': '2' })]);
      const error = await createApi(url)
        .receipt({ from: place(1), to: place(2) })
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toEqual(
        jasmine.objectContaining({
          status: 409,
          code: 'CURSOR_TOO_OLD',
          message: 'gone',
          field: 'from',
          retryAfterMs: 2000,
          retryable: false,
        }),
      );
      expect((error as ApiError).cursors).toEqual({ earliest: place(5), head: place(9), resume_at: place(4) });
    });

    it('are asked again with a fresh token if theirs is refused, once', async () => {
      let issued = 0;
      const api = createApi(url, () => Promise.resolve(`token-${String(++issued)}`));
      const refused = json(401, { code: 'UNAUTHORIZED', detail: 'expired' });
      answers.set('/api/graphs', [refused, json(200, { graphs: [] }), refused, refused]);
      expect(await api.graphs()).toEqual([]);
      await expectAsync(api.graphs()).toBeRejectedWith(jasmine.objectContaining({ status: 401, code: 'UNAUTHORIZED' }));
      expect(requests.map(({ headers }) => headers.authorization)).toEqual([1, 2, 2, 3].map((n) => `Bearer token-${String(n)}`));
      const without = createApi(url, () => Promise.reject(new Error('signed out')));
      await expectAsync(without.graphs()).toBeRejectedWithError(ApiError, 'There is no token: signed out');
    });

    it('that nobody answers are status 0, those answered by somebody else say what is wrong with it', async () => {
      const nobody = await createApi('http://127.0.0.1:1')
        .graphs()
        .catch((thrown: unknown) => thrown);
      expect(nobody).toEqual(jasmine.objectContaining({ status: 0, retryable: true }));
      answers.set('/api/graphs', [json(200, { graphs: [{ title: 'x' }] })]);
      await expectAsync(createApi(url).graphs()).toBeRejectedWithError(ApiError, /\/api\/graphs\.graphs\[0\]\.name is not of type string/);
      answers.set('/api/log', [(_request, response) => response.end('<html>')]);
      await expectAsync(createApi(url).log()).toBeRejectedWithError(ApiError, /is not JSON/);
    });

    it('about health are answered by a 503 as well', async () => {
      answers.set('/health', [json(503, { status: 'degraded', services: { ingest: { status: 'down' } } })]);
      expect((await createApi(url).health()).services?.['ingest']?.status).toBe('down');
    });

    it('a snapshot comes line by line', async () => {
      answers.set('/api/graph/snapshot', [(_request, response) => response.end('{"as_of":"1-1"}\n{"node":{}}\n')]);
      const lines = [];
      for await (const line of createApi(url).snapshotLines()) lines.push(line);
      expect(lines).toEqual(['{"as_of":"1-1"}', '{"node":{}}']);
    });

    it('an address that is none is a mistake at once', () => {
      expect(() => createApi('ftp://x')).toThrowError(TypeError);
      expect(() => connect({ url: 'nonsense' })).toThrowError(TypeError);
    });
  });

  describe('a subscription', () => {
    let subscription: Subscription | undefined;

    afterEach(() => subscription?.close());

    function open(options: Partial<ConnectOptions> = {}): Subscription {
      subscription = connect({ url, from: 'earliest', ...options });
      return subscription;
    }

    function until(condition: (event: ClientEvent) => boolean): Promise<ClientEvent> {
      return new Promise((resolve) => {
        subscription?.on((event) => {
          if (condition(event)) resolve(event);
        });
      });
    }

    it('gets the same facts by server-sent events, and resumes them', async () => {
      answers.set('/sse/events', [
        (request, response) => {
          stream(subscribedFrame(0, 9), factsFrame(0, 2))(request, response);
          setImmediate(() => response.destroy());
        },
        stream(subscribedFrame(2, 9), factsFrame(2, 3)),
      ]);
      const seqs: string[] = [];
      open({ transport: 'sse', token: 'secret' }).on((event) => {
        if (event.type === 'facts') seqs.push(...event.raw);
      });
      await until((event) => event.type === 'facts' && event.through === '1-3');
      expect(seqs).toEqual([factText(1), factText(2), factText(3)]);
      expect(requests.map((request) => request.headers.authorization)).toEqual(['Bearer secret', 'Bearer secret']);
      expect(new URL(requests[1]?.url ?? '', url).searchParams.get('from')).toBe('1-2');
    });

    it('reads an event stream that begins with a byte order mark, ends its lines by lone carriage returns and comes cut anywhere', async () => {
      const lines = [
        ': a comment',
        '',
        'event: facts',
        ...factsFrame(0, 2)
          .split('\n')
          .map((line) => `data: ${line}`),
        '',
        '',
      ];
      answers.set('/sse/events', [
        (request, response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(`\uFEFFdata: ${subscribedFrame(0, 9)}\r\r`);
          for (const character of lines.join('\r')) response.write(character);
        },
      ]);
      const raw: string[] = [];
      open({ transport: 'sse' }).on((event) => {
        if (event.type === 'facts') raw.push(...event.raw);
      });
      await until((event) => event.type === 'facts');
      expect(raw).toEqual([factText(1), factText(2)]);
    });

    it('works where sockets are blocked', async () => {
      answers.set('/sse/events', [stream(subscribedFrame(0, 1), factsFrame(0, 1))]);
      open();
      await until((event) => event.type === 'facts');
      expect(subscription?.transport).toBe('sse');
    });

    it('that HTTP refuses for good ends with the problem', async () => {
      answers.set('/sse/events', [json(404, { code: 'UNKNOWN_GRAPH', detail: 'no such graph' })]);
      open({ transport: 'sse' });
      const event = await until(({ type }) => type === 'error');
      expect(event).toEqual(
        jasmine.objectContaining({ error: jasmine.objectContaining({ code: 'UNKNOWN_GRAPH', message: 'no such graph' }) }),
      );
      expect(subscription?.state).toBe('refused');
    });

    it('that gets an answer for a time of need waits as long as it says', async () => {
      answers.set('/sse/events', [json(503, { code: 'UNAVAILABLE', detail: 'restarting' }, { 'retry-after': '1' })]);
      open({ transport: 'sse' });
      const event = await until((each) => each.type === 'state' && each.state === 'offline');
      expect(event.type === 'state' && event.retryInMs).toBeGreaterThanOrEqual(1000);
    });

    it('goes on with an event stream that was paused', async () => {
      let goOn = (): void => undefined;
      answers.set('/sse/events', [
        (request, response) => {
          stream(subscribedFrame(0, 9), factsFrame(0, 1))(request, response);
          goOn = () => {
            stream(factsFrame(1, 2))(request, Object.assign(response, { writeHead: () => response }));
          };
        },
      ]);
      open({ transport: 'sse' });
      await until((event) => event.type === 'facts');
      subscription?.pause();
      goOn();
      subscription?.resume();
      if (subscription?.cursor !== place(2)) await until((event) => event.type === 'facts');
      expect(subscription?.cursor).toBe(place(2));
    });

    it('acknowledges by a request of its own, where it is an event stream', async () => {
      answers.set('/sse/events', [stream(subscribedFrame(0, 9), factsFrame(0, 1))]);
      const acknowledged = new Promise<string>((resolve) => {
        answers.set('/api/consumers/c/ack', [
          (request, response) => {
            request.on('data', (data: Buffer) => {
              resolve(data.toString());
            });
            response.end('{}');
          },
        ]);
      });
      open({ transport: 'sse', consumer: 'c' });
      await until((event) => event.type === 'facts');
      subscription?.ack(place(1));
      expect(await acknowledged).toBe('{"cursor":"1-1"}');
    });

    it('takes the WebSocket it is given', () => {
      expect(() => open({ WebSocket: WebSocket as unknown as NonNullable<ConnectOptions['WebSocket']> })).not.toThrow();
    });

    it('[P4] compares its receipt with what the log says of the same range', async () => {
      const digest = lanesToHex(hashText(factText(1)));
      answers.set('/sse/events', [stream(subscribedFrame(0, 9), factsFrame(0, 1))]);
      const theirs = { from: '0-0', to: '1-1', count: 1, digest };
      answers.set('/api/log/receipt', [json(200, theirs), json(200, { ...theirs, digest: 'ffff' }), json(409, { code: 'CURSOR_TOO_OLD' })]);
      const open1 = open({ transport: 'sse' });
      expect(await open1.verifyReceipt()).toEqual({ status: 'unknown', why: 'nothing received yet' });
      await until((event) => event.type === 'facts');
      expect((await open1.verifyReceipt()).status).toBe('proved');
      expect(open1.proved).toBe(place(1));
      expect((await open1.verifyReceipt()).status).toBe('differs');
      expect((await open1.verifyReceipt()).status).toBe('unknown');
    });
  });
});
