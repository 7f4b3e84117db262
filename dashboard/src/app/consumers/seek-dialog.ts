import { Component, computed, inject, output, signal, viewChild, type ElementRef } from '@angular/core';
import type { Consumer, From } from '@graphtail/client';
import { isOffset, seqOf, type Offset } from '@graphtail/facts';
import { API, reasonOf } from '../api/api.ts';
import { offsetAt } from '../event-log/older-facts.ts';
import { whole } from '../format/numbers.ts';
import { seqText } from '../live/connection.ts';

/** Where a consumer would be after a seek, and what that means for it. */
type DryRun = { readonly to: Offset; readonly words: string };

/** Moves a durable cursor. What that does is said before it is done. */
@Component({
  selector: 'gt-seek-dialog',
  template: `
    <dialog #box aria-labelledby="seek-title" closedby="any" (close)="closed.emit()">
      <form (submit)="$event.preventDefault(); go()">
        <h2 id="seek-title">
          Move <code>{{ consumer()?.name }}</code>
        </h2>
        <p class="soft">
          It is at <code>{{ at() }}</code>. Its session starts again at the new place.
        </p>
        <label for="seek-to">To</label>
        <input
          id="seek-to"
          class="mono"
          autocomplete="off"
          spellcheck="false"
          placeholder="earliest, latest, #1042, last:100, ts:2026-01-31T12:00:00Z"
          [value]="to()"
          (input)="edit($any($event.target).value)"
        />
        <p class="result" role="status">{{ error() ?? dryRun()?.words ?? '' }}</p>
        <div class="actions">
          <button type="button" class="button" (click)="box.close()">Cancel</button>
          @if (dryRun() === undefined) {
            <button type="submit" class="button primary" [disabled]="to().trim() === '' || isBusy()">Say what it does</button>
          } @else {
            <button type="submit" class="button primary" [disabled]="isBusy()">Move it</button>
          }
        </div>
      </form>
    </dialog>
  `,
  styleUrl: './dialog.css',
})
export class SeekDialog {
  readonly #api = inject(API);
  readonly moved = output();
  readonly closed = output();
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('box');
  protected readonly consumer = signal<Consumer | undefined>(undefined);
  protected readonly at = computed(() => seqText(this.consumer()?.acknowledged ?? this.consumer()?.cursor));
  protected readonly to = signal('');
  protected readonly dryRun = signal<DryRun | undefined>(undefined);
  protected readonly error = signal<string | undefined>(undefined);
  protected readonly isBusy = signal(false);

  open(consumer: Consumer): void {
    this.consumer.set(consumer);
    this.edit('');
    this.dialog().nativeElement.showModal();
  }

  protected edit(text: string): void {
    this.to.set(text);
    this.dryRun.set(undefined);
    this.error.set(undefined);
  }

  protected async go(): Promise<void> {
    const { graph, name, cursor, acknowledged } = this.consumer() ?? {};
    if (name === undefined) return;
    const known = this.dryRun();
    this.isBusy.set(true);
    try {
      if (known === undefined) {
        const to = await this.#resolve(graph, this.to().trim());
        this.dryRun.set({ to, words: wordsFor(acknowledged ?? cursor, to) });
      } else {
        await this.#api.seek({ graph, name, to: known.to });
        this.dialog().nativeElement.close();
        this.moved.emit();
      }
    } catch (error) {
      this.error.set(reasonOf(error, 'That could not be done'));
    } finally {
      this.isBusy.set(false);
    }
  }

  /** Asks the server where a place is: a page that begins there says so. */
  async #resolve(graph: string | undefined, text: string): Promise<Offset> {
    const seq = /^#?([\d,]+)$/.exec(text)?.[1]?.replaceAll(',', '');
    const from = seq === undefined ? text : offsetAt(await this.#api.log({ graph }), Number(seq));
    const { prev } = await this.#api.facts({ graph, from: from as From, limit: 1 });
    return isOffset(prev) ? prev : (from as Offset);
  }
}

export function wordsFor(from: Offset | undefined, to: Offset): string {
  const distance = from === undefined ? undefined : seqOf(to) - seqOf(from);
  const place = `#${whole(seqOf(to))}`;
  if (distance === undefined) return `It will receive the facts after ${place}.`;
  if (distance === 0) return `It is at ${place} already: nothing changes.`;
  if (distance < 0) return `It will receive ${whole(-distance)} facts again, from ${place} on.`;
  return `It will skip ${whole(distance)} facts that it has not acknowledged, and go on after ${place}.`;
}
