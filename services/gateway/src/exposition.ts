/** Prometheus's text format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{)?/;
const ABOUT = /^# (?:HELP|TYPE) (\S+)/;

/** Adds a label to every sample, before the sample's own labels. @param value must need no escaping */
export function labelled(text: string, name: string, value: string): string {
  return text
    .split('\n')
    .map((line) =>
      line.replace(SAMPLE, (_, metric: string, brace?: string) => `${metric}{${name}="${value}"${brace === undefined ? '}' : ','}`),
    )
    .join('\n');
}

/** Merges several texts into one. The format allows only one group of samples for a metric, so samples of the same name are joined. */
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
        // HELP and TYPE appear once, as the first text with this metric has them.
        if (family.from === from) family.about.push(line);
      } else if (line.startsWith('#')) remarks.push(line);
      else if (line !== '') family?.samples.push(line);
    }
  }
  return [...remarks, ...[...families.values()].flatMap(({ about, samples }) => [...about, ...samples]), ''].join('\n');
}
