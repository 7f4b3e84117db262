/** A command as a client sent it: its words (long ones cut), and where it ends in the bytes that were given last. */
export type SentCommand = { readonly words: readonly string[]; readonly end: number };

const CARRIAGE_RETURN = 13;
/** Payloads are long, and nobody looks at them. */
const WORD_BYTES = 200;

/** Finds the commands in what a client sends (RESP arrays of bulk strings: https://redis.io/docs/latest/develop/reference/protocol-spec/). */
export class CommandReader {
  #pending: Buffer = Buffer.alloc(0);

  /** The commands that end within these bytes. */
  read(bytes: Buffer): SentCommand[] {
    const before = this.#pending.length;
    const all = before === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    const found: SentCommand[] = [];
    let at = 0;
    for (;;) {
      const command = parseCommand(all, at);
      if (command === undefined) break;
      at = command.end;
      found.push({ words: command.words, end: at - before });
    }
    this.#pending = all.subarray(at);
    return found;
  }
}

function parseCommand(bytes: Buffer, start: number): SentCommand | undefined {
  const array = parseLength(bytes, start);
  if (array === undefined) return undefined;
  const words: string[] = [];
  let at = array.next;
  for (let i = 0; i < array.length; i++) {
    const bulk = parseLength(bytes, at);
    if (bulk === undefined || bulk.next + bulk.length + 2 > bytes.length) return undefined;
    words.push(bytes.toString('utf8', bulk.next, bulk.next + Math.min(bulk.length, WORD_BYTES)));
    at = bulk.next + bulk.length + 2;
  }
  return { words, end: at };
}

/** `*3` or `$12`, with the line's end. */
function parseLength(bytes: Buffer, at: number): { length: number; next: number } | undefined {
  const end = bytes.indexOf(CARRIAGE_RETURN, at);
  if (end < 0 || end + 1 >= bytes.length) return undefined;
  return { length: Number(bytes.toString('latin1', at + 1, end)), next: end + 2 };
}
