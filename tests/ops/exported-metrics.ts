import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRegistry } from '@graphtail/runtime';
import ts from 'typescript';

export const ROOT = join(import.meta.dirname, '../..');

export type Kind = 'histogram' | 'counter' | 'gauge';
/** `labels` is undefined where the source does not say them beside the name. */
export type Metric = { name: string; kind: Kind; labels: readonly string[] | undefined };

const KINDS: Readonly<Record<string, Kind>> = { secondsHistogram: 'histogram', counter: 'counter', gauge: 'gauge' };
const LABELS_ARGUMENT = 3;

/** The gateway reads metrics there, and registers none. */
const READERS = /^services\/gateway\/src\/(ops|alerts)\//;

/** Every metric that the sources of packages and services register by name. */
export function metricsOfSources(): Metric[] {
  const files = globSync('{packages,services}/*/src/**/*.ts', { cwd: ROOT });
  return files
    .filter((file) => !/\.spec\.ts$|\/(specs|fixtures|testing)\//.test(file) && !READERS.test(file))
    .flatMap((file) => metricsOfSource(readFileSync(join(ROOT, file), 'utf8')));
}

/** A metric is named by a string `graphtail_…` given to a call: of runtime's helpers, or of a function around one for gauges. */
export function metricsOfSource(text: string): Metric[] {
  const found: Metric[] = [];
  const tree = ts.createSourceFile('source.ts', text, ts.ScriptTarget.ESNext, true);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const kind = KINDS[node.expression.getText(tree)];
      for (const argument of node.arguments) {
        if (!ts.isStringLiteralLike(argument) || !/^graphtail_[a-z_]+$/.test(argument.text)) continue;
        const labels = kind === undefined ? undefined : labelsOf(node.arguments[LABELS_ARGUMENT]);
        found.push({ name: argument.text, kind: kind ?? 'gauge', labels });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function labelsOf(argument: ts.Expression | undefined): readonly string[] {
  if (argument === undefined || !ts.isArrayLiteralExpression(argument)) return [];
  return argument.elements.filter(ts.isStringLiteral).map((element) => element.text);
}

/** What prom-client adds to every registry that the runtime makes. */
export async function metricsOfProcess(): Promise<Metric[]> {
  const all = await createRegistry().getMetricsAsJSON();
  return all.map(({ name, type }) => ({ name, kind: String(type) as Kind, labels: undefined }));
}

/** The names of the series that a metric makes. */
export function seriesOf({ name, kind }: Pick<Metric, 'name' | 'kind'>): string[] {
  return kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}
