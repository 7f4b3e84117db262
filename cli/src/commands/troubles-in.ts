import type { Health } from '@graphtail/client';
import { printable } from '../printable.ts';
import type { Ink } from './ink.ts';

/** Lines that say what the services can't do at the moment and what to do. What several services report is said once. */
export function troublesIn({ services = {} }: Health, ink: Ink): string[] {
  const found = Object.entries(services).flatMap(([service, { troubles = [] }]) => troubles.map((trouble) => ({ service, ...trouble })));
  const same = Map.groupBy(found, ({ code, graph, message }) => JSON.stringify([code, graph, message]));
  return [...same.values()].flatMap((reports) => {
    const { graph, message, remedy, since } = reports[0]!;
    const who = [...new Set(reports.map(({ service }) => service))].join(', ');
    const about = graph === undefined ? '' : `graph ${graph}: `;
    return [
      `  ${ink('wrong', '!')} ${printable(`${who}: ${about}${message}`)} ${ink('quiet', `since ${printable(since)}`)}`,
      `    ${printable(remedy)}`,
    ];
  });
}
