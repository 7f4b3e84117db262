import { Component, computed, inject } from '@angular/core';
import { NODE_TYPES, type NodeType } from '@graphtail/facts';
import { whole } from '../format/numbers.ts';
import { seqText } from '../live/connection.ts';
import { Live } from '../live/live.ts';
import { TypeIcon } from '../look/type-icon.ts';

type Bar = { readonly name: string; readonly count: number; readonly share: number };

const TOP_SHOWN = 5;

/** Greatest first. `share` is relative to the greatest, which has the full bar. */
export function barsOf(counts: Readonly<Record<string, number>>): Bar[] {
  const entries = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
  const greatest = entries[0]?.[1] ?? 1;
  return entries.map(([name, count]) => ({ name, count, share: count / greatest }));
}

/** The graph's content: node types, languages, relationships, and the most complex functions. */
@Component({
  selector: 'gt-graph-contents',
  imports: [TypeIcon],
  templateUrl: './graph-contents.html',
  styleUrl: './graph-contents.css',
})
export class GraphContents {
  protected readonly live = inject(Live);
  protected readonly stats = this.live.stats;
  protected readonly whole = whole;

  protected readonly nodeTypes = computed(() => barsOf(this.stats()?.node_types ?? {}));
  protected readonly relationshipTypes = computed(() => barsOf(this.stats()?.relationship_types ?? {}));
  /** Shares of all nodes with a language, for one bar that contains them all. */
  protected readonly languages = computed(() => {
    const bars = barsOf(this.stats()?.languages ?? {});
    const all = bars.reduce((sum, bar) => sum + bar.count, 0);
    return bars.map((bar, index) => ({ ...bar, share: bar.count / all, shade: Math.min(index, 5) }));
  });
  protected readonly topFunctions = computed(() => this.stats()?.top_functions?.slice(0, TOP_SHOWN) ?? []);
  protected readonly asOf = computed(() => seqText(this.stats()?.offset));

  /** The folders are in the ID, which is shown on hover. */
  protected fileName(path: string): string {
    return path.slice(path.lastIndexOf('/') + 1);
  }

  protected percent(share: number): string {
    return `${(share * 100).toFixed(1)} % of the nodes`;
  }

  protected isNodeType(name: string): name is NodeType {
    return (NODE_TYPES as readonly string[]).includes(name);
  }

  protected nodeType(name: string): NodeType | undefined {
    return this.isNodeType(name) ? name : undefined;
  }
}
