import { Service, computed, effect, inject, resource, signal, untracked } from '@angular/core';
import { API } from '../../api/api.ts';
import { Live } from '../../live/live.ts';
import { Selection } from '../../selection/selection.ts';
import { fanIn } from '../map/measures.ts';
import type { CodeTree, Part } from '../model/code-tree.ts';
import { GraphModel } from '../model/graph-model.ts';
import { rowsOf } from '../model/rows-of.ts';
import { neighboursOf, type Group } from './neighbours.ts';

/** Nodes of one answer about an impact. */
const IMPACT_LIMIT = 1_000;
const STARTS = 200;
const SUGGESTED = 12;

/** What is in focus: a node of the graph, or a folder. */
export type Focused = { readonly id: string; readonly part: Part | undefined; readonly row: number | undefined };

/** The neighbourhood of the selected node, and the way by which a person came to it. */
@Service()
export class FocusStore {
  readonly #api = inject(API);
  readonly #live = inject(Live);
  readonly #selection = inject(Selection);
  readonly #model = inject(GraphModel);

  /** The ids that were in focus, in the order in which they were; `place` is the present one's. */
  readonly #trail = signal<{ readonly ids: readonly string[]; readonly place: number }>({ ids: [], place: -1 });
  readonly trail = this.#trail.asReadonly();

  readonly focused = computed<Focused | undefined>(() => {
    const [tree, id] = [this.#model.tree(), this.#selection.node()];
    if (tree === undefined || id === undefined) return undefined;
    const [part, row] = [tree.find(id), tree.row(id)];
    return part === undefined && row === undefined ? undefined : { id, part, row };
  });
  readonly callers = computed(() => this.#neighbours('in'));
  readonly callees = computed(() => this.#neighbours('out'));
  /** The nodes that most others depend on: where to begin if nothing is selected. */
  readonly suggested = computed(() => {
    const tree = this.#model.tree();
    if (tree === undefined) return [];
    const incoming = fanIn(tree);
    return [...incoming.keys()]
      .filter((row) => tree.fileOf(row) !== undefined && tree.fileOf(row)?.row !== row)
      .sort((a, b) => (incoming[b] ?? 0) - (incoming[a] ?? 0))
      .slice(0, SUGGESTED)
      .map((row) => ({ row, count: incoming[row] ?? 0 }));
  });

  /** What the server knows about the node beside what the model has. */
  readonly details = resource({ params: () => this.#query(), loader: ({ params }) => this.#api.node({ ...params, limit: 1 }) });
  readonly source = resource({ params: () => this.#query(), loader: ({ params }) => this.#api.source(params) });
  readonly history = resource({ params: () => this.#query(), loader: ({ params }) => this.#api.history({ ...params, limit: 20 }) });

  /** Steps of the impact that is shown; undefined: callers and callees are shown instead. */
  readonly depth = computed(() => {
    const depth = Number(this.#selection.depth());
    return Number.isInteger(depth) && depth > 0 ? Math.min(depth, 50) : undefined;
  });
  readonly impact = resource({
    params: () => {
      const [tree, focused, depth, graph] = [this.#model.tree(), this.focused(), this.depth(), this.#live.graph()];
      if (tree === undefined || focused === undefined || depth === undefined) return undefined;
      return { graph, at: this.#selection.at(), nodes: startsOf(tree, focused), depth, limit: IMPACT_LIMIT };
    },
    loader: ({ params }) => this.#api.impact(params),
  });

  readonly #query = computed(
    () => {
      const [graph, at, focused] = [this.#live.graph(), this.#selection.at(), this.focused()];
      return focused?.row === undefined ? undefined : { graph, at, id: focused.id };
    },
    { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );

  constructor() {
    effect(() => {
      const id = this.focused()?.id;
      if (id !== undefined) untracked(() => this.#visited(id));
    });
  }

  focus(id: string): void {
    this.#selection.set({ node: id });
  }

  /** Goes back (-1) or forward (1) on the trail. */
  walk(by: -1 | 1): void {
    const { ids, place } = this.#trail();
    const id = ids[place + by];
    if (id === undefined) return;
    this.#trail.set({ ids, place: place + by });
    this.focus(id);
  }

  #visited(id: string): void {
    const { ids, place } = this.#trail();
    if (ids[place] === id) return;
    this.#trail.set({ ids: [...ids.slice(0, place + 1), id].slice(-30), place: Math.min(place + 1, 29) });
  }

  #neighbours(direction: 'in' | 'out'): readonly Group[] {
    const [tree, focused] = [this.#model.tree(), this.focused()];
    return tree === undefined || focused === undefined ? [] : neighboursOf(tree, isInFocus(tree, focused), direction);
  }
}

function isInFocus(tree: CodeTree, { part, row }: Focused): Uint8Array {
  if (part !== undefined) return rowsOf(tree, part);
  const isIn = new Uint8Array(tree.columns.ids.length);
  if (row !== undefined) isIn[row] = 1;
  return isIn;
}

function startsOf(tree: CodeTree, { id, part }: Focused): string[] {
  return part?.kind === 'folder' ? Array.from(tree.filesIn(part), (file) => file.id).slice(0, STARTS) : [id];
}
