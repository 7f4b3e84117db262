import { Component, inject, output, signal, viewChild, type ElementRef } from '@angular/core';
import type { Consumer } from '@graphtail/client';
import { API, reasonOf } from '../api/api.ts';

/** Forgets a durable cursor, for whoever types its name. */
@Component({
  selector: 'gt-forget-dialog',
  template: `
    <dialog #box aria-labelledby="forget-title" closedby="any" (close)="closed.emit()">
      <form (submit)="$event.preventDefault(); go()">
        <h2 id="forget-title">
          Forget <code>{{ consumer()?.name }}</code>
        </h2>
        <p class="soft">
          Its cursor is deleted and its session ends. A client that comes back under this name begins at the earliest fact.
        </p>
        <label for="forget-name">Type its name</label>
        <input
          id="forget-name"
          class="mono"
          autocomplete="off"
          spellcheck="false"
          [value]="typed()"
          (input)="typed.set($any($event.target).value)"
        />
        <p class="result" role="status">{{ error() ?? '' }}</p>
        <div class="actions">
          <button type="button" class="button" (click)="box.close()">Cancel</button>
          <button type="submit" class="button primary" [disabled]="typed() !== consumer()?.name">Forget it</button>
        </div>
      </form>
    </dialog>
  `,
  styleUrl: './dialog.css',
})
export class ForgetDialog {
  readonly #api = inject(API);
  readonly forgotten = output();
  readonly closed = output();
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('box');
  protected readonly consumer = signal<Consumer | undefined>(undefined);
  protected readonly typed = signal('');
  protected readonly error = signal<string | undefined>(undefined);

  open(consumer: Consumer): void {
    this.consumer.set(consumer);
    this.typed.set('');
    this.error.set(undefined);
    this.dialog().nativeElement.showModal();
  }

  protected async go(): Promise<void> {
    const { graph, name } = this.consumer() ?? {};
    if (name === undefined || this.typed() !== name) return;
    try {
      await this.#api.forget({ graph, name });
      this.dialog().nativeElement.close();
      this.forgotten.emit();
    } catch (error) {
      this.error.set(reasonOf(error, 'It could not be forgotten'));
    }
  }
}
