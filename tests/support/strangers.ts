import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export type Asked = { readonly method?: string; readonly path: string; readonly headers?: Record<string, string>; readonly body?: string };
/** `code`: of the problem that it was answered with. */
export type Told = { readonly status: number; readonly code: string | undefined; readonly headers: IncomingMessage['headers'] };

/** What a browser sends for a page of another origin: fetch forbids a program to say so. */
export const FOREIGN_PAGE = { Origin: 'https://elsewhere.example', 'Sec-Fetch-Site': 'cross-site' };
/** An image, a script or a form by GET has no Origin. */
export const FOREIGN_IMAGE = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' };
/** A page of another origin, one without an origin, and one whose own name leads here. */
export const STRANGERS: readonly Record<string, string>[] = [FOREIGN_PAGE, { Origin: 'null' }, { Host: 'rebound.example' }];
const UPGRADE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
};

/** A request with just these headers. An answer that goes on and on is read to the end of its head only. */
export async function ask(base: string, { method = 'GET', path, headers = {}, body }: Asked): Promise<Told> {
  const { hostname, port } = new URL(base);
  const asked = request({ host: hostname, port, method, path, headers, agent: false, setDefaultHeaders: true });
  const response = await answered(asked, body);
  const isProblem = response.headers['content-type']?.includes('problem+json') === true;
  const problem = isProblem ? (JSON.parse(await text(response)) as { code: string }) : undefined;
  response.destroy();
  return { status: response.statusCode!, code: problem?.code, headers: response.headers };
}

async function answered(asked: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  asked.once('response', resolve).once('error', reject);
  asked.once('upgrade', (response: IncomingMessage, socket) => {
    socket.destroy();
    resolve(response);
  });
  asked.end(body);
  return promise;
}

/** As {@link ask}, for a WebSocket: 101 if it was let in. */
export function dial(base: string, path: string, headers: Record<string, string>): Promise<Told> {
  return ask(base, { path, headers: { ...UPGRADE, ...headers } });
}

/** What no port lets in, whichever service it is of; the answers that it gave all the same. */
export async function letIn(base: string, writes: readonly Asked[]): Promise<string[]> {
  const rebound = ['/health', '/ready', '/metrics'].map((path) => ({ path, headers: { Host: 'rebound.example' } }));
  const foreign = writes.flatMap((write) => [FOREIGN_PAGE, FOREIGN_IMAGE, { Origin: 'null' }].map((headers) => ({ ...write, headers })));
  const all: Asked[] = [...rebound, ...writes.map((write) => ({ ...write, headers: { Host: 'rebound.example' } })), ...foreign];
  const wrong: string[] = [];
  for (const asked of all) {
    const { status, code } = await ask(base, asked);
    if (status !== 403 || code !== 'FORBIDDEN') wrong.push(`${JSON.stringify(asked)}: ${String(status)} ${String(code)}`);
  }
  return wrong;
}
