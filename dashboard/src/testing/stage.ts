import { provideZonelessChangeDetection, type EnvironmentProviders, type Provider } from '@angular/core';
import { provideRouter } from '@angular/router';
import type { Api } from '@graphtail/client';
import { compareOffsets, offset, seqOf, type Offset } from '@graphtail/facts';
import { API } from '../app/api/api.ts';
import { CONNECT } from '../app/live/connect.ts';
import { at, EPOCH } from './facts.ts';
import type { Notifier } from './notifier.ts';

/** A server's default answers, which a spec can replace. It records the requested actions. */
export class Origin implements Partial<Api> {
  readonly done: string[] = [];
  totals = { nodes: 0, relationships: 0 };
  offset: () => Offset;

  readonly #notifier: Notifier;

  constructor(notifier: Notifier) {
    this.#notifier = notifier;
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

  health: Api['health'] = () => Promise.resolve({ status: 'ok', services: { redis: { status: 'ok', troubles: [] } }, version: '0' });

  readonly log: Api['log'] = () => {
    const head = this.offset();
    const epochs = [{ epoch: EPOCH, prev: offset(0, 0), opened_at: '', reason: 'first' }];
    return Promise.resolve({ epoch: EPOCH, epochs, earliest: at(1), floor: at(0), head, facts: seqOf(head), bytes: 0, damage: undefined });
  };

  /** Everything that the log holds, filtered as the server does. */
  readonly facts: Api['facts'] = ({ from, limit = 1000, types }) => {
    this.done.push(`facts after ${from}`);
    const after = this.#notifier.facts.filter((fact) => compareOffsets(fact.offset, from as Offset) > 0);
    const page = after.filter((fact) => types === undefined || types.includes(fact.event_type)).slice(0, limit);
    const through = page.length < limit ? this.offset() : (page.at(-1)?.offset ?? this.offset());
    return Promise.resolve({ prev: from as Offset, through, head: this.offset(), facts: page });
  };

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
