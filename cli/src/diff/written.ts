import type { DiffReport } from './report.ts';

/** A list of the report: a heading and its lines. */
type Section = { readonly heading: string; readonly lines: readonly string[] };

const MOST_LINES = 25;
const SHORT_HASH = 10;

/** A report for a terminal. */
export function asText(report: DiffReport): string {
  const sections = sectionsOf(report).map(({ heading, lines }) => [`\n${heading}`, ...shown(lines).map((line) => `  ${line}`)].join('\n'));
  return `${[titleOf(report), ...countsOf(report), ...sections].join('\n')}\n`;
}

/** A report for the description of a pull request. Names can't form markup. */
export function asMarkdown(report: DiffReport): string {
  const sections = sectionsOf(report).map(
    ({ heading, lines }) =>
      `<details><summary>${heading} (${String(lines.length)})</summary>\n\n${shown(lines)
        .map((line) => `- ${code(line)}`)
        .join('\n')}\n\n</details>`,
  );
  return `${[
    `### Graph: ${code(titleOf(report))}`,
    countsOf(report)
      .map((line) => `- ${line}`)
      .join('\n'),
    ...sections,
  ].join('\n\n')}\n`;
}

/** Text between as many backticks as it needs. */
function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  const longest = Math.max(0, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

function titleOf({ base, head }: DiffReport): string {
  return `${base.slice(0, SHORT_HASH)}..${head.slice(0, SHORT_HASH)}`;
}

function countsOf({ counts: { added, updated, deleted }, files, impact, truncated }: DiffReport): string[] {
  const counted = (kind: 'nodes' | 'relationships'): string =>
    `${kind}: ${String(added[kind])} added, ${String(updated[kind])} updated, ${String(deleted[kind])} deleted`;
  return [
    `files: ${String(files.added.length)} added, ${String(files.updated.length)} changed, ${String(files.deleted.length)} deleted`,
    counted('nodes'),
    counted('relationships'),
    `may affect ${String(impact.nodes)} further nodes in ${String(impact.files)} files`,
    ...(truncated ? ['the change is so large that the lists are incomplete'] : []),
  ];
}

function sectionsOf({ rules, cycles, routes, seams, packages, nodes, impact }: DiffReport): Section[] {
  const violation = ({ rule, source_id, target_id }: DiffReport['rules']['violated'][number]): string =>
    `${rule}: ${source_id} → ${target_id}`;
  const sections: Section[] = [
    { heading: 'New violations of rules', lines: rules.violated.map(violation) },
    { heading: 'Violations that are gone', lines: rules.satisfied.map(violation) },
    { heading: 'New circles of imports', lines: cycles.added.map((members) => members.join(', ')) },
    { heading: 'Circles of imports that are gone', lines: cycles.deleted.map((members) => members.join(', ')) },
    { heading: 'Routes', lines: signed(routes) },
    { heading: 'Calls of routes', lines: signed(seams) },
    { heading: 'External packages', lines: signed(packages) },
    {
      heading: 'Symbols',
      lines: [...signed(nodes), ...nodes.updated.map(({ id, attributes }) => `~ ${id}: ${attributes.join(', ')}`)],
    },
    { heading: 'Tests to run', lines: impact.tests },
  ];
  return sections.filter(({ lines }) => lines.length > 0);
}

function signed({ added, deleted }: { readonly added: readonly string[]; readonly deleted: readonly string[] }): string[] {
  return [...added.map((id) => `+ ${id}`), ...deleted.map((id) => `- ${id}`)];
}

function shown(lines: readonly string[]): string[] {
  const rest = lines.length - MOST_LINES;
  return rest > 0 ? [...lines.slice(0, MOST_LINES), `… and ${String(rest)} more`] : [...lines];
}
