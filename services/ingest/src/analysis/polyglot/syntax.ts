import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import type { SgNode, parse, registerDynamicLanguage } from '@ast-grep/napi';

const LANGUAGES = ['python', 'go', 'java', 'csharp', 'ruby', 'php', 'rust', 'kotlin', 'lua'] as const;
export type GrammarName = (typeof LANGUAGES)[number];

interface Parser {
  readonly parse: typeof parse;
  readonly registerDynamicLanguage: typeof registerDynamicLanguage;
}

// Late: most threads never need it, and there is none for some platforms.
const require = createRequire(import.meta.url);
const parser = (): Parser => require('@ast-grep/napi') as Parser;
let registered = false;

/**
 * Makes the grammars known to the process, all of its threads included. The registry is not safe against being written
 * while another thread parses: so it is written once, by the main thread, before there are workers.
 *
 * @throws where there is no parser for this platform
 */
export function registerGrammars(): void {
  if (registered || !isMainThread) return;
  parser().registerDynamicLanguage(Object.fromEntries(LANGUAGES.map((name) => [name, require(`@ast-grep/lang-${name}`) as never])));
  registered = true;
}

/** @throws where there is no parser for this platform */
export function parseSyntax(language: GrammarName, source: string): Syntax {
  registerGrammars();
  return new Syntax(parser().parse(language, source).root());
}

/** A node of a syntax tree. Every question crosses into native code, so answers are kept. */
export class Syntax {
  readonly #node: SgNode;
  #kind: string | undefined;
  #text: string | undefined;
  #fields: Map<string, Syntax | undefined> | undefined;
  #children: readonly Syntax[] | undefined;
  #range: ReturnType<SgNode['range']> | undefined;

  constructor(node: SgNode) {
    this.#node = node;
  }

  get kind(): string {
    return (this.#kind ??= this.#node.kind() as string);
  }

  /** Named children: no punctuation, no keywords. */
  get children(): readonly Syntax[] {
    return (this.#children ??= this.#node.namedChildren().map((child) => new Syntax(child)));
  }

  /** All children, as texts: keywords and operators are among them. */
  get tokens(): string[] {
    return this.#node.children().map((child) => (child.isNamed() ? '' : child.text()));
  }

  field(name: string): Syntax | undefined {
    if (this.#fields?.has(name) === true) return this.#fields.get(name);
    const node = this.#node.field(name);
    const found = node === null ? undefined : new Syntax(node);
    (this.#fields ??= new Map()).set(name, found);
    return found;
  }

  fields(name: string): Syntax[] {
    return this.#node.fieldChildren(name).map((child) => new Syntax(child));
  }

  child(...kinds: readonly string[]): Syntax | undefined {
    return this.children.find(({ kind }) => kinds.includes(kind));
  }

  get previous(): Syntax | undefined {
    const found = this.#node.prev();
    return found === null ? undefined : new Syntax(found);
  }

  get text(): string {
    return (this.#text ??= this.#node.text());
  }

  /** Line of the first character, from 1. */
  get line(): number {
    return this.#span.start.line + 1;
  }

  /** Line of the last character. A node that ends with its line feed ends in that line. */
  get endLine(): number {
    const { start, end } = this.#span;
    return end.column === 0 && end.line > start.line ? end.line : end.line + 1;
  }

  /** Offsets in UTF-16 units, the end exclusive. */
  get start(): number {
    return this.#span.start.index;
  }

  get end(): number {
    return this.#span.end.index;
  }

  /** The first place that the parser could make nothing of. */
  get error(): Syntax | undefined {
    const found = this.#node.find({ rule: { kind: 'ERROR' } });
    return found === null ? undefined : new Syntax(found);
  }

  get column(): number {
    return this.#span.start.column + 1;
  }

  get #span(): ReturnType<SgNode['range']> {
    return (this.#range ??= this.#node.range());
  }
}
