import { packageEntries, target, type SourceImports } from './imports.ts';

/** Files that import one another, directly or through others. */
type Circle = readonly string[];

/** A circle that may stay: all its files are among these files and folders. */
interface Exception {
  readonly within: readonly string[];
  readonly why: string;
}

const ANALYSIS = 'packages/analysis/src/';

export const EXCEPTIONS: readonly Exception[] = [
  {
    within: [`${ANALYSIS}languages/ecmascript/`],
    why: 'The grammar is recursive: a function contains statements, which contain expressions, which contain functions.',
  },
  {
    within: [`${ANALYSIS}languages/tree-sitter/language.ts`, `${ANALYSIS}languages/tree-sitter/reader.ts`],
    why: "Types only: the reader calls a language's handlers, and each handler is given the reader.",
  },
  {
    within: [`${ANALYSIS}resolution/program/`],
    why: 'Types only: a unit holds the types that were derived from it, and a type names the unit that declares it.',
  },
  {
    within: [`${ANALYSIS}resolution/types/`],
    why: "Types are derived from one another: an expression's from a call's result, a result's from an expression.",
  },
];

export function isExcepted(circle: Circle): boolean {
  return EXCEPTIONS.some((exception) => covers(exception, circle));
}

export function covers({ within }: Exception, circle: Circle): boolean {
  return circle.every((file) => within.some((place) => file.startsWith(place)));
}

/** All circles of imports, types included: the strongly connected components of more than one file (Tarjan's algorithm). */
export function circlesOf(sources: readonly SourceImports[]): Circle[] {
  const imports = importsOf(sources);
  const circles: Circle[] = [];
  const order = new Map<string, number>();
  const stack: string[] = [];
  const open = new Set<string>();
  /** @returns the earliest file on the stack that leads to this one and that this one leads to */
  const visit = (file: string): number => {
    const number = order.size;
    order.set(file, number);
    stack.push(file);
    open.add(file);
    let lowest = number;
    for (const other of imports.get(file) ?? []) {
      if (!order.has(other)) lowest = Math.min(lowest, visit(other));
      else if (open.has(other)) lowest = Math.min(lowest, order.get(other)!);
    }
    if (lowest < number) return lowest;
    const circle = stack.splice(stack.indexOf(file));
    for (const each of circle) open.delete(each);
    if (circle.length > 1) circles.push(circle.sort());
    return lowest;
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}

/** By file: the files of these sources that it imports, by path or through a package's name. */
function importsOf(sources: readonly SourceImports[]): Map<string, string[]> {
  const files = new Set(sources.map(({ file }) => file));
  const packages = packageEntries();
  return new Map(
    sources.map(({ file, specifiers }) => {
      const targets = specifiers.map((specifier) => (specifier.startsWith('.') ? target(file, specifier) : packages.get(specifier)));
      return [file, targets.filter((to) => to !== undefined && files.has(to)) as string[]];
    }),
  );
}
