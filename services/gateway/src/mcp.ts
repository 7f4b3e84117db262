import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { askAt, graphtailServer } from '@graphtail/mcp';
import { Problem, setRoute, type Logger } from '@graphtail/runtime';
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import type { Request as ExpressRequest, RequestHandler, Response as ExpressResponse } from 'express';

/** A question with long lists of symbols has some kilobytes. */
const MAX_BODY_BYTES = 256 * 1024;
const PATH = /^\/mcp\/?$/;

export type McpOptions = {
  readonly version: string;
  /** The front door's own address. Tools ask there, with the caller's token, so that the guard judges each question by itself. */
  readonly self: () => string;
  readonly logger: Logger;
};

/** Serves agents at `/mcp` (streamable HTTP). The guard has let the request in: it needs the role `read`. */
export function serveMcp({ version, self, logger }: McpOptions): { middleware: RequestHandler; close: () => void } {
  const handler = createMcpHandler(
    ({ requestInfo }) =>
      graphtailServer(
        askAt(self(), () => requestInfo?.headers.get('authorization') ?? undefined),
        version,
      ),
    { maxRequestBodySize: MAX_BODY_BYTES, onerror: (error) => logger.debug({ err: error }, 'a request to /mcp was refused') },
  );
  return {
    async middleware(request, response, next) {
      if (!PATH.test(request.path)) {
        next();
        return;
      }
      setRoute(response, '/mcp');
      await answer(handler, request, response);
    },
    close: () => void handler.close(),
  };
}

async function answer(handler: McpHttpHandler, request: ExpressRequest, response: ExpressResponse): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  const { status, headers, body } = await handler.fetch(webRequest(request, left.signal));
  response.status(status);
  headers.forEach((value, name) => response.setHeader(name, value));
  if (body === null) {
    response.end();
    return;
  }
  try {
    await pipeline(Readable.fromWeb(body), response);
  } catch (error) {
    if (!left.signal.aborted) throw error; // the client has left: there is nobody to answer
  }
}

/** @throws {Problem} 413 if the body says that it is too large */
function webRequest(request: ExpressRequest, signal: AbortSignal): Request {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
    throw new Problem(413, 'PAYLOAD_TOO_LARGE', `The body has more than ${String(MAX_BODY_BYTES)} bytes.`, { limit: MAX_BODY_BYTES });
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers.set(name, [value].flat().join(', '));
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  const body = hasBody ? { body: Readable.toWeb(request) as ReadableStream, duplex: 'half' as const } : {};
  return new Request(new URL(request.originalUrl, 'http://localhost'), { method: request.method, headers, signal, ...body });
}
