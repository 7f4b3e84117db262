import type { Shape, SourceExtraction } from '../../../extraction/extraction.ts';
import type { ExprNumber } from '../../../extraction/numbers.ts';

/** A folder of components. Paths are as written. */
export interface ComponentFolder {
  readonly path: string;
  readonly prefix: string;
  /** Whether the names of the folders below it are part of a component's name. */
  readonly isPrefixed: boolean;
}

/** What a nuxt.config says of names that need no import. */
export interface NuxtConfig {
  readonly srcDir: string | undefined;
  /** Instead of the usual ones. */
  readonly components: readonly ComponentFolder[] | undefined;
  /** Besides the usual ones: folders and files. */
  readonly imports: readonly string[];
  /** Single names, each with the module that gives it. */
  readonly names: readonly (readonly [name: string, from: string])[];
  /** Other Nuxt projects on which this one is built. */
  readonly layers: readonly string[];
}

export function isNuxtConfig(path: string): boolean {
  return /(?:^|\/)nuxt\.config\.[cm]?[jt]s$/.test(path);
}

/** Reads the configuration that a nuxt.config exports, as far as it is written out. */
export function nuxtConfigOf(extraction: SourceExtraction): NuxtConfig {
  const values = new Values(extraction);
  const entry = extraction.exports.find((each) => 'name' in each && each.name === 'default');
  const root = values.object(
    entry === undefined
      ? undefined
      : 'expr' in entry
        ? entry.expr
        : 'binding' in entry
          ? extraction.bindings[entry.binding]!.init
          : undefined,
  );
  const components = values.member(root, 'components');
  const folders = values.list(values.member(values.object(components), 'dirs') ?? components);
  const imports = values.object(values.member(root, 'imports'));
  return {
    srcDir: values.text(values.member(root, 'srcDir')),
    components: folders.length === 0 ? undefined : folders.flatMap((each) => componentFolder(values, each)),
    imports: values.list(values.member(imports, 'dirs')).flatMap((each) => values.text(each) ?? []),
    names: values.list(values.member(imports, 'imports')).flatMap((each): [string, string][] => {
      const object = values.object(each);
      const [name, from] = [values.text(values.member(object, 'name')), values.text(values.member(object, 'from'))];
      return name === undefined || from === undefined ? [] : [[values.text(values.member(object, 'as')) ?? name, from]];
    }),
    layers: values.list(values.member(root, 'extends')).flatMap((each) => values.text(each) ?? []),
  };
}

function componentFolder(values: Values, number: ExprNumber): ComponentFolder[] {
  const text = values.text(number);
  if (text !== undefined) return [{ path: text, prefix: '', isPrefixed: true }];
  const object = values.object(number);
  const path = values.text(values.member(object, 'path'));
  if (path === undefined) return [];
  // An extraction does not tell `true` from `false`; `true` is the default, which nobody writes.
  const isPrefixed = values.member(object, 'pathPrefix') === undefined;
  return [{ path, prefix: values.text(values.member(object, 'prefix')) ?? '', isPrefixed }];
}

/** The values that are written out in an extraction. */
class Values {
  readonly #extraction: SourceExtraction;

  constructor(extraction: SourceExtraction) {
    this.#extraction = extraction;
  }

  /** An object literal, or the first argument of a call such as `defineNuxtConfig({ … })`. */
  object(number: ExprNumber | undefined): Shape | undefined {
    const { exprs, shapes } = this.#extraction;
    const expr = number === undefined ? undefined : exprs[number]!;
    if (expr?.[0] === 'call') return this.object(expr[2][0]);
    return expr?.[0] === 'object' ? shapes[expr[1]] : undefined;
  }

  member(shape: Shape | undefined, name: string): ExprNumber | undefined {
    return shape?.members.find((each) => each.name === name)?.init;
  }

  list(number: ExprNumber | undefined): readonly ExprNumber[] {
    const expr = number === undefined ? undefined : this.#extraction.exprs[number]!;
    return expr?.[0] === 'array' ? (expr.slice(1) as ExprNumber[]) : expr?.[0] === 'text' ? [number!] : [];
  }

  text(number: ExprNumber | undefined): string | undefined {
    const expr = number === undefined ? undefined : this.#extraction.exprs[number]!;
    return expr?.[0] === 'text' ? expr[1] : undefined;
  }
}
