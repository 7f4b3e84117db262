import { Component, computed, inject, input, linkedSignal, output, resource } from '@angular/core';
import { LucideX } from '@lucide/angular';
import { API } from '../../api/api.ts';
import { counted, whole } from '../../format/numbers.ts';
import { Live } from '../../live/live.ts';
import { TypeIcon } from '../../look/type-icon.ts';
import { Selection } from '../../selection/selection.ts';
import { kindOf, nodeTypeOf } from '../model/code-columns.ts';
import type { Part } from '../model/code-tree.ts';
import { GraphModel } from '../model/graph-model.ts';
import { relationshipsBetween } from './matrix.ts';

const STEP = 25;

/** The relationships from one part to another, each with the line of source where it is. */
@Component({
  selector: 'gt-relationship-list',
  imports: [LucideX, TypeIcon],
  templateUrl: './relationship-list.html',
  styleUrl: './relationship-list.css',
})
export class RelationshipList {
  readonly #api = inject(API);
  readonly #live = inject(Live);
  readonly #model = inject(GraphModel);
  protected readonly selection = inject(Selection);
  readonly from = input.required<Part>();
  readonly to = input.required<Part>();
  readonly closed = output();

  readonly #all = computed(() => {
    const tree = this.#model.tree();
    return tree === undefined ? [] : relationshipsBetween(tree, this.from(), this.to());
  });
  readonly #limit = linkedSignal<unknown, number>({ source: this.#all, computation: () => STEP });
  protected readonly left = computed(() => this.#all().length - this.#limit());
  protected readonly title = computed(() => counted(this.#all().length, 'relationship'));
  protected readonly rows = computed(() => {
    const tree = this.#model.tree();
    if (tree === undefined) return [];
    const { ids, names, sources, targets, atLines } = tree.columns;
    return this.#all()
      .slice(0, this.#limit())
      .map((each) => {
        const [source, target] = [sources[each] ?? 0, targets[each] ?? 0];
        return {
          ...{ source: { id: ids[source] ?? '', name: names[source] ?? '' }, target: { id: ids[target] ?? '', name: names[target] ?? '' } },
          ...{ type: nodeTypeOf(tree.columns, source), targetType: nodeTypeOf(tree.columns, target), kind: kindOf(tree.columns, each) },
          ...{ file: tree.fileOf(source)?.id ?? '', line: atLines[each] ?? 0 },
        };
      });
  });
  /** The lines of the files in which the listed relationships are. A file that can't be read has none. */
  readonly #sources = resource({
    params: () => ({ graph: this.#live.graph(), at: this.selection.at(), files: [...new Set(this.rows().map(({ file }) => file))] }),
    loader: async ({ params: { graph, at, files } }) => {
      const read = files.map(async (id) => [id, (await this.#api.source({ graph, at, id }).catch(() => undefined))?.lines] as const);
      return new Map(await Promise.all(read));
    },
  });
  protected readonly whole = whole;
  protected readonly step = STEP;

  protected lineOf(file: string, line: number): string {
    return (this.#sources.hasValue() ? this.#sources.value().get(file)?.[line - 1] : undefined)?.trim() ?? '';
  }

  protected more(): void {
    this.#limit.update((limit) => limit + STEP);
  }

  protected focus(id: string): void {
    this.selection.set({ node: id, view: 'focus' });
  }
}
