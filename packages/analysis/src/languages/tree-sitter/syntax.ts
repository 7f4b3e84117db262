import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import type { SgNode, parse, registerDynamicLanguage } from '@ast-grep/napi';

const LANGUAGES = ['python', 'go', 'java', 'csharp', 'ruby', 'php', 'rust', 'kotlin', 'lua'] as const;
export type GrammarName = (typeof LANGUAGES)[number];

interface Parser {
  readonly parse: typeof parse;
  readonly registerDynamicLanguage: typeof registerDynamicLanguage;
}

// Loaded late: most threads never need it, and some platforms have no build of it.
const require = createRequire(import.meta.url);
const parser = (): Parser => require('@ast-grep/napi') as Parser;
let registered = false;

/**
 * Registers the grammars for the whole process, including all threads. The registry must not be written while another thread parses. So
 * the main thread writes it once, before it starts workers.
 *
 * @throws if there is no parser for this platform
 */
export function registerGrammars(): void {
  if (registered || !isMainThread) return;
  parser().registerDynamicLanguage(Object.fromEntries(LANGUAGES.map((name) => [name, require(`@ast-grep/lang-${name}`) as never])));
  registered = true;
}

/** @throws if there is no parser for this platform */
export function parseSyntax(language: GrammarName, source: string): Syntax {
  registerGrammars();
  return new Syntax(parser().parse(language, source).root());
}

/** A node of a syntax tree. Each property is read through native code, so the results are cached. */
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

  /** Named children, without punctuation and keywords. */
  get children(): readonly Syntax[] {
    return (this.#children ??= this.#node.namedChildren().map((child) => new Syntax(child)));
  }

  /** The texts of all children, including keywords and operators. Named children are empty texts. */
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

  /** Line of the last character, from 1. A node that ends with its line feed ends on that line. */
  get endLine(): number {
    const { start, end } = this.#span;
    return end.column === 0 && end.line > start.line ? end.line : end.line + 1;
  }

  /** Offset in UTF-16 units. The end is exclusive. */
  get start(): number {
    return this.#span.start.index;
  }

  get end(): number {
    return this.#span.end.index;
  }

  /** The first part that the parser could not read. */
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
