import { styleText } from 'node:util';
import { printable } from '../printable.ts';

type Style = Parameters<typeof styleText>[0];

/** The meaning of each colour, the same everywhere in Graphtail. */
const MEANING = {
  done: 'green',
  progress: 'yellow',
  wrong: 'red',
  quiet: 'gray',
  address: ['cyan', 'bold'],
  strong: 'bold',
} as const satisfies Record<string, Style>;

const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';

/**
 * The terminal of `graphtail up`: lines that stay, and below them at most one line that is rewritten.
 * If the output is no terminal, there is no rewriting and no colour. `NO_COLOR` turns colours off.
 */
export class Terminal {
  readonly #out: NodeJS.WriteStream;
  readonly #err: NodeJS.WriteStream;
  #status = '';
  #drawnAt = 0;

  constructor(out: NodeJS.WriteStream, err: NodeJS.WriteStream) {
    this.#out = out;
    this.#err = err;
    // If the terminal closes, the services must still end in good order.
    for (const stream of [out, err]) stream.on('error', () => undefined);
  }

  get rewrites(): boolean {
    return this.#out.isTTY;
  }

  get columns(): number {
    return this.#out.isTTY ? this.#out.columns : 120;
  }

  paint(meaning: keyof typeof MEANING, text: string): string {
    return styleText(MEANING[meaning], text, { stream: this.#out });
  }

  /** Prints a line that stays. */
  line(text = ''): void {
    this.#write(this.#out, `${text}\n`);
  }

  /** Prints a step that is done: a mark, its subject, and a text. */
  done(subject: string, text: string): void {
    this.line(`  ${this.paint('done', '✓')} ${printable(subject).padEnd(10)} ${this.paint('quiet', printable(text))}`);
  }

  /** Prints a step that takes seconds; its `done` follows. */
  doing(subject: string, text: string): void {
    this.line(`  ${this.paint('progress', '◔')} ${printable(subject).padEnd(10)} ${this.paint('quiet', printable(text))}`);
  }

  /** Prints a problem on stderr: what is wrong, and what happens now. */
  wrong(subject: string, text: string): void {
    this.#write(this.#err, `  ${styleText('red', '!', { stream: this.#err })} ${printable(subject).padEnd(10)} ${printable(text)}\n`);
  }

  /** Rewrites the last line, at most ten times a second; `undefined` removes it. */
  status(text: string | undefined): void {
    if (!this.rewrites) return;
    this.#status = text ?? '';
    const now = performance.now();
    if (text !== undefined && now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#out.write(CLEAR_LINE + this.#status);
  }

  #write(stream: NodeJS.WriteStream, text: string): void {
    if (this.rewrites && this.#status !== '') this.#out.write(CLEAR_LINE);
    stream.write(text);
    if (this.rewrites && this.#status !== '') this.#out.write(this.#status);
  }
}
