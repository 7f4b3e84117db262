import { Component, afterNextRender, computed, inject, output, signal, viewChild, type ElementRef } from '@angular/core';
import { Session } from './session.ts';

/** Asks for a token, and says how to get one. */
@Component({
  selector: 'gt-sign-in',
  template: `
    <section class="panel" aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">{{ title() }}</h2>
      @if (expired()) {
        <p class="soft">Nothing is lost: with a new token the page continues.</p>
      }
      <form (submit)="$event.preventDefault(); signIn(field.value)">
        <label for="sign-in-token">Token</label>
        <input
          #field
          id="sign-in-token"
          class="mono"
          type="password"
          autocomplete="off"
          spellcheck="false"
          required
          [attr.aria-invalid]="problem() !== undefined"
          aria-describedby="sign-in-problem"
        />
        <button type="submit" class="button primary" [disabled]="checking()">{{ checking() ? 'Signing in' : 'Sign in' }}</button>
      </form>
      <p id="sign-in-problem" class="problem small" role="alert">{{ problem() }}</p>
      <p class="soft small">On the machine where Graphtail runs, this makes one:</p>
      <code class="command">npx graphtail token --role read</code>
      <p class="soft small">Role <code>operate</code> may re-analyze and cancel. The token is kept in this tab until it is closed.</p>
    </section>
  `,
  styleUrl: './sign-in.css',
})
export class SignIn {
  readonly #session = inject(Session);
  readonly signedIn = output();
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');
  readonly #mistake = signal<string | undefined>(undefined);
  protected readonly expired = this.#session.expired;
  protected readonly checking = this.#session.checking;
  protected readonly title = computed(() => (this.expired() ? 'The token has expired' : 'This Graphtail asks for a token'));
  /** What is wrong with the entered text, or the server's reason for refusing the token; undefined if nothing is. */
  protected readonly problem = computed(() => {
    if (this.#mistake() !== undefined) return this.#mistake();
    return this.#session.token() === undefined || this.expired() ? undefined : this.#session.refusal();
  });

  constructor() {
    afterNextRender(() => {
      // Not if a token expired: then the page shows a graph, and pressed keys may be its shortcuts.
      if (this.#session.token() === undefined && document.activeElement === document.body) this.field().nativeElement.focus();
    });
  }

  protected signIn(text: string): void {
    try {
      this.#session.signIn(text);
      this.#mistake.set(undefined);
      this.signedIn.emit();
    } catch (error) {
      this.#mistake.set((error as Error).message);
    }
  }
}
