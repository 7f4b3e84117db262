import { Component, computed, inject, linkedSignal, output } from '@angular/core';
import { LucideMap, LucideZap } from '@lucide/angular';
import { Clock } from '../../format/clock.ts';
import { counted, whole } from '../../format/numbers.ts';
import { absolute, ago } from '../../format/time.ts';
import { kindOf } from '../../event-log/fact-kind.ts';
import { summaryOf } from '../../event-log/fact-summary.ts';
import { reasonOf } from '../../api/api.ts';
import { seqText } from '../../live/connection.ts';
import { Mark } from '../../look/mark.ts';
import { TypeIcon } from '../../look/type-icon.ts';
import { Selection } from '../../selection/selection.ts';
import { nodeTypeOf } from '../model/code-columns.ts';
import { GraphModel } from '../model/graph-model.ts';
import { FocusStore } from './focus-store.ts';

const MEMBERS = 12;
const LINES = 30;

/** What is in focus: its signature, what is in it, its source, and its history. */
@Component({
  selector: 'gt-focus-card',
  imports: [LucideMap, LucideZap, Mark, TypeIcon],
  templateUrl: './focus-card.html',
  styleUrl: './focus-card.css',
})
export class FocusCard {
  protected readonly store = inject(FocusStore);
  protected readonly selection = inject(Selection);
  readonly #model = inject(GraphModel);
  readonly #clock = inject(Clock);
  readonly focused = output<string>();

  protected readonly node = computed(() => (this.store.details.hasValue() ? this.store.details.value().node : undefined));
  protected readonly type = computed(() => {
    const [tree, row] = [this.#model.tree(), this.store.focused()?.row];
    return tree === undefined || row === undefined ? undefined : nodeTypeOf(tree.columns, row);
  });
  protected readonly name = computed(() => {
    const [tree, focused] = [this.#model.tree(), this.store.focused()];
    return focused?.part?.name ?? (focused?.row === undefined ? '' : (tree?.columns.names[focused.row] ?? ''));
  });
  protected readonly place = computed(() => {
    const node = this.node();
    if (node === undefined || node.file_path === '') return this.store.focused()?.id ?? '';
    return `${node.file_path}:${whole(node.start_line)}`;
  });
  protected readonly facts = computed(() => {
    const [node, type] = [this.node(), this.type()];
    const lines = this.store.focused()?.part?.lines;
    return [
      type ?? 'folder',
      ...(node?.visibility === undefined ? [] : [node.visibility]),
      ...(node?.is_exported === true ? ['exported'] : []),
      ...(lines === undefined ? [] : [counted(lines, 'line')]),
      ...(node !== undefined && node.complexity > 0 ? [`complexity ${whole(node.complexity)}`] : []),
    ].join(' · ');
  });
  protected readonly members = computed(() => {
    const [tree, part] = [this.#model.tree(), this.store.focused()?.part];
    if (tree === undefined || part === undefined) return [];
    return tree.partsOf(part).map(({ id, name, row, lines, kind }) => ({
      ...{ id, name, lines },
      type: kind === 'folder' ? ('module' as const) : nodeTypeOf(tree.columns, row),
    }));
  });
  protected readonly memberLimit = linkedSignal<unknown, number>({ source: () => this.store.focused()?.id, computation: () => MEMBERS });
  protected readonly lineLimit = linkedSignal<unknown, number>({ source: () => this.store.focused()?.id, computation: () => LINES });
  protected readonly source = computed(() => (this.store.source.hasValue() ? this.store.source.value() : undefined));
  protected readonly lines = computed(() => {
    const source = this.source();
    return source?.lines.slice(0, this.lineLimit()).map((text, index) => ({ number: source.start_line + index, text })) ?? [];
  });
  protected readonly noSource = computed(() => reasonOf(this.store.source.error(), 'The source could not be read'));
  protected readonly history = computed(() =>
    (this.store.history.hasValue() ? this.store.history.value().facts : []).map((fact) => ({
      ...{ fact, kind: kindOf(fact), summary: summaryOf(fact), seq: seqText(fact.offset), when: absolute(Date.parse(fact.timestamp)) },
      passed: ago(Date.parse(fact.timestamp), this.#clock.now()),
    })),
  );
  protected readonly whole = whole;

  protected allLines(): void {
    this.lineLimit.set(Infinity);
  }

  protected moreMembers(): void {
    this.memberLimit.update((limit) => limit + 40);
  }

  protected toggleImpact(): void {
    this.selection.set({ depth: this.store.depth() === undefined ? '3' : null });
  }

  protected inMap(): void {
    this.selection.set({ view: 'map', filter: null });
  }
}
