import { PROCESSES } from '../rig/processes.ts';
import type { CampaignReport } from './campaign.ts';
import { megabytes } from './rest.ts';

const SHOWN_CHARACTERS = 1_500;
const SHOWN_ALIKE = 8;

/** What was tried, how the product took it, and what was found. */
export function report({ findings, tally, watch, pulse, before, after, lastWords }: CampaignReport): string {
  const lines = [
    `${tally.total.toLocaleString('en')} requests, connections and frames, by kind:`,
    String(tally),
    '',
    `a cheap question meanwhile: p50 ${String(watch.probe(0.5))} ms, p95 ${String(watch.probe(0.95))} ms, longest ${String(watch.probe(1))} ms`,
    `well-behaved subscribers: ${String(pulse.facts)} facts each, the longest took ${String(pulse.worstMs)} ms`,
    'held before, at most, after:',
    ...PROCESSES.map((name) => {
      const [first, most, last] = [before.held[name], watch.peaks.get(name), after[name]];
      const held = [first, most, last].map((at) => `${String(at?.descriptors ?? '-')} descriptors ${megabytes(at?.rssBytes)}`);
      return `  ${name.padEnd(13)} ${held.join('   ')}`;
    }),
    '',
  ];
  if (findings.all.length === 0) return [...lines, 'nothing was found'].join('\n');
  for (const [kind, alike] of Map.groupBy(findings.all, ({ kind }) => kind)) {
    const [first] = alike;
    const times = alike.reduce((sum, finding) => sum + findings.timesOf(finding), 0);
    const others = alike.slice(1, 1 + SHOWN_ALIKE).map(({ about }) => about);
    lines.push(`✗ ${kind}: ${first!.about} (${String(times)} times)`, `    ${cut(first!.detail)}`, `    ${cut(first!.reproduction)}`);
    if (others.length > 0)
      lines.push(
        `    the same at ${others.join(', ')}${alike.length > SHOWN_ALIKE + 1 ? ` and ${String(alike.length - 1 - SHOWN_ALIKE)} others` : ''}`,
      );
    lines.push('');
  }
  return [...lines, `the product's last words:\n${lastWords}`, '', `${String(findings.all.length)} found`].join('\n');
}

function cut(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}… (${String(text.length)} characters)`;
}
