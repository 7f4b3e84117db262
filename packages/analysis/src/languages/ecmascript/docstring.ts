import type * as t from '@babel/types';

const MAX_CHARS = 2000;

/** Finds the doc comment that ends right before a declaration. */
export class Docstrings {
  readonly #source: string;
  readonly #ends: number[];
  readonly #comments: readonly t.Comment[];

  constructor(source: string, comments: readonly t.Comment[]) {
    this.#source = source;
    this.#comments = comments.filter((comment) => comment.type === 'CommentBlock' && comment.value.startsWith('*'));
    this.#ends = this.#comments.map((comment) => comment.end ?? 0);
  }

  /** @param start offset at which the declaration begins, including `export` and decorators */
  before(start: number): string | undefined {
    let low = 0;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ends[middle]! <= start) low = middle + 1;
      else high = middle;
    }
    const comment = this.#comments[low - 1];
    if (comment === undefined || this.#source.slice(comment.end ?? 0, start).trim() !== '') return undefined;
    return plainText(comment.value);
  }
}

function plainText(comment: string): string | undefined {
  const text = comment
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*\*+ ?/, '').trimEnd())
    .join('\n')
    .trim();
  return text === '' ? undefined : text.slice(0, MAX_CHARS);
}
