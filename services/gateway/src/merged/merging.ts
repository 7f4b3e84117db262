import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { answeredElsewhere, payloadTooLarge, Problem, sendJson, targetOf } from '@graphtail/runtime';
import type { Response } from 'express';
import { pathOf } from '../forward.ts';
import type { Answer, AnswerOf, Services } from '../services.ts';
import type { ServiceName } from '../upstreams/addresses.ts';
import { CONSUMERS } from './consumers.ts';
import type { Merge, Reply } from './merge.ts';
import { REBUILD } from './rebuild.ts';
import { SESSIONS } from './sessions.ts';

const MERGES: readonly Merge[] = [SESSIONS, CONSUMERS, REBUILD];

const MAX_BODY_BYTES = 16 * 1024;
/** Headers that belong to the client's own exchange, not to those with each process. */
const OF_THIS_EXCHANGE = ['accept-encoding', 'content-length', 'if-none-match', 'transfer-encoding'];
/** Headers of a process's answer that the client gets. */
const PASSED = ['allow', 'graphtail-offset', 'retry-after', 'www-authenticate'];

/** The merge for a request that concerns all processes of a service, if the service has several. */
export function mergeFor(services: Services, service: ServiceName, { method, url }: IncomingMessage): Merge | undefined {
  if (services.upstreams.of(service).length < 2) return undefined;
  const { path } = targetOf(url);
  return MERGES.find((each) => each.method === method && each.path === path);
}

/** Asks all processes of a service on a client's behalf, and answers with what they say together. @throws {Problem} 503 if none answers */
export async function answerMerged(
  { merge }: Merge,
  services: Services,
  service: ServiceName,
  request: IncomingMessage,
  headers: IncomingHttpHeaders,
  response: Response,
): Promise<void> {
  const body = await bodyOf(request);
  const passed = Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THIS_EXCHANGE.includes(name)));
  const answers = await services.askAll(service, { method: request.method!, path: pathOf(request.url), headers: passed, body });
  if (answers.some((answer) => 'status' in answer)) answeredElsewhere(response);
  const done = answers.filter(isDone);
  const [first, ...others] = done.map(parsed);
  if (first === undefined) {
    const refused = answers.find((answer): answer is AnswerOf & Answer => 'status' in answer);
    if (refused === undefined)
      throw new Problem(503, 'UNAVAILABLE', `The ${service} does not answer just now.`, { service, retry_after_seconds: 1 });
    relay(refused, response);
    return;
  }
  const missing = answers.filter((answer) => !isDone(answer)).map(({ from }) => from.address);
  setHeaders(done[0]!, response);
  response.status(done[0]!.status);
  sendJson(response, merge([first, ...others], missing, request));
}

function isDone(answer: AnswerOf): answer is AnswerOf & Answer {
  return 'status' in answer && answer.status >= 200 && answer.status < 300;
}

function parsed({ from, body }: AnswerOf & Answer): Reply {
  return { from, body: JSON.parse(body) as Record<string, unknown> };
}

/** Passes on what one process answered, if none did what was asked: they refuse for the same reason. */
function relay(answer: Answer, response: Response): void {
  setHeaders(answer, response);
  response.status(answer.status).type('application/problem+json').send(answer.body);
}

function setHeaders({ headers }: Answer, response: Response): void {
  for (const name of PASSED) if (headers[name] !== undefined) response.setHeader(name, headers[name]);
}

/** @throws {Problem} 413 if it is larger than services take */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw payloadTooLarge(MAX_BODY_BYTES);
  }
  return Buffer.concat(chunks);
}
