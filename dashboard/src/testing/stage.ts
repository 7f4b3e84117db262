import { provideZonelessChangeDetection, type EnvironmentProviders, type Provider } from '@angular/core';
import { provideRouter } from '@angular/router';
import type { Api } from '@graphtail/client';
import type { Offset } from '@graphtail/facts';
import { API } from '../app/api/api.ts';
import { CONNECT } from '../app/live/connect.ts';
import type { Notifier } from './notifier.ts';

/** A server's default answers, which a spec can replace. It records the requested actions. */
export class Origin implements Partial<Api> {
  readonly done: string[] = [];
  totals = { nodes: 0, relationships: 0 };
  offset: () => Offset;

  constructor(notifier: Notifier) {
    this.offset = () => notifier.head;
  }

  readonly graphs: Api['graphs'] = () =>
    Promise.resolve([{ name: 'g', root: '/src/g', head: this.offset(), node_count: undefined, relationship_count: undefined }]);

  readonly stats: Api['stats'] = () =>
    Promise.resolve({
      total_nodes: this.totals.nodes,
      total_relationships: this.totals.relationships,
      node_types: { function: 4, class: 1 },
      relationship_types: { calls: 2 },
      languages: { typescript: 5 },
      top_functions: [],
      offset: this.offset(),
      state_digest: '9f86d081884c7d65',
    });

  readonly reanalyze: Api['reanalyze'] = ({ force }) => {
    this.done.push(force === true ? 'reanalyze every file' : 'reanalyze');
    return Promise.resolve({ analysis_id: 'a2' });
  };

  readonly cancel: Api['cancel'] = () => {
    this.done.push('cancel');
    return Promise.resolve();
  };
}

export function staged(notifier: Notifier, origin: Origin): (Provider | EnvironmentProviders)[] {
  return [
    provideZonelessChangeDetection(),
    provideRouter([]),
    { provide: CONNECT, useValue: notifier.connect },
    { provide: API, useValue: origin },
  ];
}

/** Resolves when `condition` is true, checked at each frame. If it never is, the error names what it waited for. */
export async function until(condition: () => boolean, what: string, withinMs = 3000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${String(withinMs)} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 16));
  }
}
