import type { Value } from './evaluate.ts';

const ACTION = /\{\{\s*(.*?)\s*\}\}/g;
const WITH = /\{\{\s*with \$labels\.(\w+)\s*\}\}(.*?)\{\{\s*else\s*\}\}(.*?)\{\{\s*end\s*\}\}/g;

/**
 * Fills in a template as Prometheus's annotations have them, as far as the rules use it:
 * https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
 */
export function fillIn(template: string, { labels, value }: Value): string {
  return template
    .replaceAll(WITH, (_, label: string, then: string, otherwise: string) =>
      labels[label] === undefined ? otherwise : then.replaceAll(/\{\{\s*\.\s*\}\}/g, labels[label]),
    )
    .replaceAll(ACTION, (_, action: string) => {
      const label = /^\$labels\.(\w+)$/.exec(action)?.[1];
      if (label !== undefined) return labels[label] ?? '';
      const [, format = ''] = /^\$value(?: \| (.*))?$/.exec(action) ?? [];
      return FORMATS[format]?.(value) ?? String(value);
    });
}

const FORMATS: Readonly<Record<string, (value: number) => string>> = {
  humanizeDuration: duration,
  humanizePercentage: (value) => `${short(value * 100)}%`,
  humanize1024: (value) => scaled(value, 1_024, ['', 'ki', 'Mi', 'Gi', 'Ti']),
  humanize: (value) => scaled(value, 1_000, ['', 'k', 'M', 'G', 'T']),
  'printf "%.0f"': (value) => value.toFixed(0),
};

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function scaled(value: number, step: number, units: readonly string[]): string {
  const power = Math.min(units.length - 1, value < step ? 0 : Math.floor(Math.log(value) / Math.log(step)));
  return `${short(value / step ** power)}${units[power] ?? ''}`;
}

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return String(seconds);
  if (seconds < 1) return `${short(seconds * 1_000)}ms`;
  if (seconds < 60) return `${short(seconds)}s`;
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 86_400), Math.floor(whole / 3_600) % 24, Math.floor(whole / 60) % 60, whole % 60];
  const first = parts.findIndex((part) => part > 0);
  return parts
    .map((part, index) => `${String(part)}${'dhms'[index] ?? ''}`)
    .slice(first)
    .join(' ');
}
