import type { AnalysisPhase } from '@graphtail/facts';
import { printable } from '../printable.ts';
import type { Terminal } from './terminal.ts';

const WIDEST_BAR = 28;
const NARROWEST_BAR = 8;
/** Columns that the line takes without its bar. */
const WORDS = 62;
const number = new Intl.NumberFormat('en-US');

export type ProgressFigures = { phase: AnalysisPhase; percentage: number; filesDone: number; filesTotal: number };

/** The line of a running analysis: bar, files, facts, seconds left. */
export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #graph: string;
  #startedAt = performance.now();
  #saidAt = 0;
  /** The seq before this analysis's first fact, so that facts are counted from it. */
  #seqBefore = 0;

  constructor(terminal: Terminal, graph: string) {
    this.#terminal = terminal;
    this.#graph = graph;
  }

  begin(seqBefore: number): void {
    this.#startedAt = performance.now();
    this.#seqBefore = seqBefore;
  }

  show({ phase, percentage, filesDone, filesTotal }: ProgressFigures, seq: number): void {
    const facts = `${number.format(Math.max(0, seq - this.#seqBefore))} facts`;
    const files = `${number.format(filesDone)}/${number.format(filesTotal)} files`;
    const left = this.#secondsLeft(percentage);
    if (!this.#terminal.rewrites) {
      // Without a terminal, for example in a log: one line every few seconds.
      if (performance.now() - this.#saidAt < 5000) return;
      this.#saidAt = performance.now();
      this.#terminal.line(`  ${this.#graph}: ${printable(phase)} ${percentage.toFixed(0)} %, ${files}, ${facts}${left}`);
      return;
    }
    const share = Math.min(1, Math.max(0, percentage / 100));
    const paint = this.#terminal;
    const width = Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, paint.columns - WORDS));
    const full = Math.round(share * width);
    const bar = paint.paint('progress', '━'.repeat(full)) + paint.paint('quiet', '─'.repeat(width - full));
    const head = `  ${paint.paint('progress', '◔')} ${printable(phase).padEnd(10)} `;
    const tail = ` ${percentage.toFixed(0).padStart(3)} %  ${files}  ${facts}${left}`;
    // The line is cut to the terminal's width: a line that wraps can't be rewritten.
    const room = this.#terminal.columns - 1 - (2 + 2 + 11 + width);
    paint.status(head + bar + tail.slice(0, Math.max(0, room)));
  }

  #secondsLeft(percentage: number): string {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    if (percentage < 3 || seconds < 1) return '';
    return `  ${number.format(Math.ceil((seconds * (100 - percentage)) / percentage))} s left`;
  }

  end(): void {
    this.#terminal.status(undefined);
  }
}

/** `1,204` */
export function figure(value: number): string {
  return number.format(value);
}

/** `1 file`, `1,204 files` */
export function counted(value: number, noun: string): string {
  return `${number.format(value)} ${noun}${value === 1 ? '' : 's'}`;
}
