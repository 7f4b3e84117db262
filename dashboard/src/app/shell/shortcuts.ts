import { Component, viewChild, type ElementRef } from '@angular/core';
import { LucideX } from '@lucide/angular';

const SHORTCUTS: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ['g', 'o'], does: 'Overview; g then e: Events, g: Graph, c: Consumers, h: Health' },
  { keys: ['Ctrl', 'K'], does: 'Find a node, a file, a page or an action' },
  { keys: ['[', ']'], does: 'In Focus: back and forward on the trail; i: impact' },
  { keys: ['/'], does: 'Filter the facts' },
  { keys: ['j', 'k'], does: 'Next and previous row' },
  { keys: ['Enter'], does: 'Open the fact, or the facts of a save' },
  { keys: ['c'], does: 'Copy its offset' },
  { keys: ['Esc'], does: 'Empty the filter, close, deselect, follow again' },
  { keys: ['r'], does: 'Re-analyze' },
  { keys: ['p'], does: 'Ping' },
  { keys: ['t'], does: 'Light or dark' },
  { keys: ['?'], does: 'This list' },
];

/** The list of keyboard shortcuts. The native dialog keeps the focus and returns it; Esc or a click outside closes it. */
@Component({
  selector: 'gt-shortcuts',
  imports: [LucideX],
  template: `
    <dialog #box aria-labelledby="shortcuts-title" closedby="any">
      <div class="panel-head">
        <h2 id="shortcuts-title">Keyboard</h2>
        <button type="button" class="button quiet icon-only push" aria-label="Close" (click)="box.close()">
          <svg lucideX [size]="14"></svg>
        </button>
      </div>
      <dl>
        @for (shortcut of list; track shortcut.does) {
          <dt>
            @for (key of shortcut.keys; track key) {
              <kbd>{{ key }}</kbd>
            }
          </dt>
          <dd>{{ shortcut.does }}</dd>
        }
      </dl>
    </dialog>
  `,
  styleUrl: './shortcuts.css',
})
export class Shortcuts {
  protected readonly list = SHORTCUTS;
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('box');

  toggle(): void {
    const dialog = this.dialog().nativeElement;
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }
}
