/** Prometheus's text format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{)?/;
const ABOUT = /^# (?:HELP|TYPE) (\S+)/;

/** Puts a label in front of every sample's own. The value has nothing to escape. */
export function labelled(text: string, name: string, value: string): string {
  return text
    .split('\n')
    .map((line) =>
      line.replace(SAMPLE, (_, metric: string, brace?: string) => `${metric}{${name}="${value}"${brace === undefined ? '}' : ','}`),
    )
    .join('\n');
}

/** One text of several: the format allows a metric only one group of samples, so those of the same name come together. */
export function mergeExpositions(texts: readonly string[]): string {
  const families = new Map<string, { from: number; about: string[]; samples: string[] }>();
  const remarks: string[] = [];
  for (const [from, text] of texts.entries()) {
    let family: { from: number; about: string[]; samples: string[] } | undefined;
    for (const line of text.split('\n')) {
      const name = ABOUT.exec(line)?.[1];
      if (name !== undefined) {
        family = families.get(name) ?? { from, about: [], samples: [] };
        families.set(name, family);
        // Said once, by the first that has the metric.
        if (family.from === from) family.about.push(line);
      } else if (line.startsWith('#')) remarks.push(line);
      else if (line !== '') family?.samples.push(line);
    }
  }
  return [...remarks, ...[...families.values()].flatMap(({ about, samples }) => [...about, ...samples]), ''].join('\n');
}
