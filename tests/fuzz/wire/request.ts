import type { Door } from '../rig/product.ts';

/** A text of `times` units between two others: a body of a megabyte that is one line in a list of examples. */
export type Repeated = { readonly before: string; readonly unit: string; readonly times: number; readonly after: string };
export type Body = string | Repeated;

/** How the length of a body is told: truly, in chunks, as less than it is, or not at all. */
export type Framing = 'length' | 'chunked' | 'too-short' | 'untold';

/**
 * A request as bytes on a socket rather than as a client would send it. `@head@`, `@epoch@` and `@host@` anywhere in it stand for the
 * graph's head, its epoch and the door's own host and port, so that a request can be kept and sent again to another product.
 */
export type RawRequest = {
  readonly door: Door;
  readonly method: string;
  readonly target: string;
  /** All of them but those of the body's framing; without `host` there is none. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Body;
  readonly framing?: Framing;
  /** Sent in pieces with pauses between them. */
  readonly slowly?: boolean;
};

export type Places = { readonly head: string; readonly host: string };

const SHORT_BY = 3;

export function bodyText(body: Body): string {
  return typeof body === 'string' ? body : `${body.before}${body.unit.repeat(body.times)}${body.after}`;
}

/** The request's head and its body as they go over the wire. */
export function encodeRequest(request: RawRequest, places: Places): { readonly head: Buffer; readonly body: Buffer } {
  const { method, target, headers, body, framing = 'length' } = request;
  const payload = body === undefined ? Buffer.alloc(0) : Buffer.from(placed(bodyText(body), places));
  const lines = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  if (body !== undefined) lines.push(...framingLines(framing, payload.length));
  return {
    head: Buffer.from(placed(`${lines.join('\r\n')}\r\n\r\n`, places)),
    body: body !== undefined && framing === 'chunked' ? chunked(payload) : payload,
  };
}

function framingLines(framing: Framing, length: number): string[] {
  switch (framing) {
    case 'length':
      return [`content-length: ${String(length)}`];
    case 'too-short':
      return [`content-length: ${String(Math.max(0, length - SHORT_BY))}`];
    case 'chunked':
      return ['transfer-encoding: chunked'];
    case 'untold':
      return [];
  }
}

function chunked(payload: Buffer): Buffer {
  const parts: Buffer[] = [];
  const size = Math.max(1, Math.ceil(payload.length / 7));
  for (let at = 0; at < payload.length; at += size) {
    const part = payload.subarray(at, at + size);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

export function placed(text: string, { head, host }: Places): string {
  return text.replaceAll('@head@', head).replaceAll('@epoch@', head.split('-')[0]!).replaceAll('@host@', host);
}
