/** One value of a metric, as Prometheus's text format has it. */
export type Sample = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number };

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/**
 * Reads the samples of a text in Prometheus's format.
 * @param more labels that every sample gets, besides its own
 */
export function samplesIn(text: string, more: Readonly<Record<string, string>>): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name, inside, value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    samples.push({ name, labels: { ...(inside !== undefined && labelsIn(inside)), ...more }, value: numberOf(value) });
  }
  return samples;
}

function labelsIn(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, label = '', value = '']) => [
      label,
      value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
    ]),
  );
}

function numberOf(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}
