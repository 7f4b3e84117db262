import { Component, computed, input } from '@angular/core';
import type { NodeType } from '@graphtail/facts';
import {
  LucideBox,
  LucideBraces,
  LucideCircleDot,
  LucideDynamicIcon,
  LucideFileCode,
  LucideFolderTree,
  LucideLayers,
  LucideListOrdered,
  LucidePackage,
  LucideParentheses,
  LucideRoute,
  LucideShapes,
  LucideSquareFunction,
  LucideTag,
  LucideVariable,
  type LucideIconData,
} from '@lucide/angular';

const ICONS: Readonly<Record<NodeType, LucideIconData>> = {
  file: LucideFileCode.icon,
  module: LucideLayers.icon,
  namespace: LucideFolderTree.icon,
  class: LucideBox.icon,
  interface: LucideShapes.icon,
  enum: LucideListOrdered.icon,
  type: LucideBraces.icon,
  function: LucideSquareFunction.icon,
  method: LucideParentheses.icon,
  property: LucideTag.icon,
  variable: LucideVariable.icon,
  route: LucideRoute.icon,
  package: LucidePackage.icon,
};

/** The icon and colour of a node type, the same everywhere. */
@Component({
  selector: 'gt-type-icon',
  imports: [LucideDynamicIcon],
  template: `<svg [lucideIcon]="icon()" [size]="14" [strokeWidth]="1.75"></svg>`,
  host: { '[style.color]': 'color()' },
  styles: `
    :host {
      display: inline-grid;
      place-items: center;
      width: 16px;
      height: 16px;
    }
  `,
})
export class TypeIcon {
  readonly type = input.required<NodeType>();
  protected readonly icon = computed(() => ICONS[this.type()] ?? LucideCircleDot.icon);
  protected readonly color = computed(() => `var(--type-${this.type()}, var(--text-soft))`);
}
