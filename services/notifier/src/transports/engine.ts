import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Problem, refuseUpgrade, sendRawProblem, targetOf } from '@graphtail/runtime';
import { Server, type ErrorCallback } from 'engine.io';
import { WebSocketServer, type ServerOptions } from 'ws';
import { PARTING_MS } from './parting.ts';

type EngineRequest = IncomingMessage & { _query?: Readonly<Record<string, string>>; res?: ServerResponse };

const SPEAKS = '4';
const METHODS: readonly (string | undefined)[] = ['GET', 'POST'];

/** The engine's `wsEngine`: a subclass, because the engine has no option for `closeTimeout`. */
export class PartingWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    const patient: ServerOptions & { readonly closeTimeout: number } = { ...options, closeTimeout: PARTING_MS };
    super(patient);
  }
}

/**
 * Engine.IO, which carries Socket.IO. Its refusals are answered with problems, like all others. Engine.IO's own errors would be JSON
 * and HTML of another shape.
 */
export class Engine extends Server {
  override handleRequest(request: EngineRequest, response: ServerResponse): void {
    request._query = queryOf(request);
    if (!METHODS.includes(request.method)) {
      response.setHeader('Allow', METHODS.join(', '));
      sendRawProblem(response, new Problem(405, 'METHOD_NOT_ALLOWED', 'Engine.IO takes GET and POST.'));
      return;
    }
    answerRefusalsWithProblems(response);
    super.handleRequest(request, response);
  }

  override handleUpgrade(request: EngineRequest, socket: Socket, head: Buffer): void {
    request._query = queryOf(request);
    super.handleUpgrade(request, socket, head);
  }

  /** The answer names the session in a header too: a gateway leads the polls that follow to this process. */
  override generateId(request: EngineRequest): string {
    const id = super.generateId(request) as string;
    request.res?.setHeader('Graphtail-Session', id);
    return id;
  }

  protected override init(): void {
    super.init();
    const { ws } = this as unknown as { ws: NodeJS.EventEmitter };
    ws.on('wsClientError', (error: Error, socket: Socket) => refuseUpgrade(socket, new Problem(400, 'BAD_REQUEST', error.message)));
  }

  protected override verify(request: EngineRequest, isUpgrade: boolean, done: ErrorCallback): void {
    // Engine.IO itself checks this only after it has answered 101.
    const isKnown = request._query?.['EIO'] === SPEAKS;
    const verified: ErrorCallback = (code, context) => {
      const detail = code === undefined ? undefined : (context?.message ?? Server.errorMessages[code]);
      if (detail === undefined) done();
      else this.#refuse(request, isUpgrade, refusal(code, detail));
    };
    if (isKnown) super.verify(request as never, isUpgrade, verified);
    else verified(Server.errors.UNSUPPORTED_PROTOCOL_VERSION, { message: `EIO: must be ${SPEAKS}` });
  }

  #refuse(request: EngineRequest, isUpgrade: boolean, problem: Problem): void {
    if (isUpgrade) refuseUpgrade(request.socket, problem);
    else if (request.res !== undefined) sendRawProblem(request.res, problem);
  }
}

/** Parameters that the engine's refusals are about. */
const FIELDS: Readonly<Record<number, string>> = {
  [Server.errors.UNKNOWN_TRANSPORT]: 'transport',
  [Server.errors.UNKNOWN_SID]: 'sid',
  [Server.errors.UNSUPPORTED_PROTOCOL_VERSION]: 'EIO',
};

function refusal(code: number | undefined, detail: string): Problem {
  const field = FIELDS[code ?? -1];
  return new Problem(code === Server.errors.FORBIDDEN ? 403 : 400, 'BAD_REQUEST', detail, field === undefined ? {} : { field });
}

function queryOf({ url }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(targetOf(url).query);
}

const TOO_LARGE = new Problem(413, 'PAYLOAD_TOO_LARGE', 'The body is too large.');
const NO_POLL = 'A poll or a post of this session is under way, or the body is not text.';

/** Replaces bare statuses with problems: the polling transport refuses a body with a status only. */
function answerRefusalsWithProblems(response: ServerResponse): void {
  const original = response.writeHead.bind(response);
  response.writeHead = (status: number, ...rest: []) => {
    response.writeHead = original;
    if (status < 400 || response.hasHeader('Content-Type')) return original(status, ...rest);
    sendRawProblem(response, status === 413 ? TOO_LARGE : new Problem(status, 'BAD_REQUEST', NO_POLL));
    return response;
  };
}
