/** Of a body, what is kept to be looked into. */
const KEPT_BYTES = 64 * 1024;

/** What came back over the socket. `body`: its beginning. */
export type Answer = {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly bodyBytes: number;
};

type Framing =
  | { readonly kind: 'length'; readonly left: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' }
  | { readonly kind: 'stream' };

/** Reads one HTTP answer from the bytes of a socket; interim answers (1xx but 101) are passed over. */
export class AnswerReader {
  readonly #isHead: boolean;
  #pending = Buffer.alloc(0);
  #head: { status: number; headers: Map<string, string>; framing: Framing } | undefined;
  #kept = Buffer.alloc(0);
  #bodyBytes = 0;
  #tail = '';

  /** @param isHead of a HEAD request: its answer has no body whatever its headers say */
  constructor(isHead = false) {
    this.#isHead = isHead;
  }

  /** Takes bytes; returns the answer once it is whole. An event stream counts as whole with its first event. */
  take(bytes: Buffer): Answer | undefined {
    if (this.#head === undefined) {
      this.#pending = Buffer.concat([this.#pending, bytes]);
      const end = this.#pending.indexOf('\r\n\r\n');
      if (end < 0) return undefined;
      const head = readHead(this.#pending.subarray(0, end).toString('latin1'));
      const rest = this.#pending.subarray(end + 4);
      this.#pending = Buffer.alloc(0);
      if (head.status < 200 && head.status !== 101) return this.take(rest);
      this.#head = { ...head, framing: framingOf(head, this.#isHead) };
      return this.#body(rest);
    }
    return this.#body(bytes);
  }

  /** The peer has closed: the answer, if its end is the connection's. */
  end(): Answer | undefined {
    return this.#head?.framing.kind === 'close' ? this.#answer() : undefined;
  }

  #body(bytes: Buffer): Answer | undefined {
    const { framing } = this.#head!;
    this.#bodyBytes += bytes.length;
    if (this.#kept.length < KEPT_BYTES) this.#kept = Buffer.concat([this.#kept, bytes.subarray(0, KEPT_BYTES - this.#kept.length)]);
    this.#tail = (this.#tail + bytes.toString('latin1')).slice(-7);
    switch (framing.kind) {
      case 'length':
        return this.#bodyBytes >= framing.left ? this.#answer() : undefined;
      case 'chunked':
        return this.#tail.endsWith('0\r\n\r\n') ? this.#answer() : undefined;
      case 'stream':
        return this.#kept.includes('data:') ? this.#answer() : undefined;
      case 'close':
        return undefined;
    }
  }

  #answer(): Answer {
    const { status, headers } = this.#head!;
    const body = headers.get('transfer-encoding') === 'chunked' ? unchunked(this.#kept) : this.#kept;
    return { status, headers, body: body.toString(), bodyBytes: this.#bodyBytes };
  }
}

function readHead(text: string): { status: number; headers: Map<string, string> } {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(statusLine.split(' ')[1]), headers };
}

function framingOf({ status, headers }: { status: number; headers: Map<string, string> }, isHead: boolean): Framing {
  if (isHead || status === 204 || status === 304 || status === 101) return { kind: 'length', left: 0 };
  if (headers.get('content-type')?.startsWith('text/event-stream') === true) return { kind: 'stream' };
  if (headers.get('transfer-encoding') === 'chunked') return { kind: 'chunked' };
  const length = headers.get('content-length');
  return length === undefined ? { kind: 'close' } : { kind: 'length', left: Number(length) };
}

/** A chunked body's content, as far as it was kept. */
function unchunked(kept: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = kept.indexOf('\r\n', at);
    const size = Number.parseInt(kept.subarray(at, Math.max(at, lineEnd)).toString(), 16);
    if (lineEnd < 0 || !(size > 0)) return Buffer.concat(parts);
    parts.push(kept.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
