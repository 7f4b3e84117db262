import { Component, computed, inject, output, signal } from '@angular/core';
import { Session } from './session.ts';

/** Asks for a token, and says where one comes from. */
@Component({
  selector: 'gt-sign-in',
  template: `
    <section class="panel" aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">{{ title() }}</h2>
      @if (reason(); as reason) {
        <p class="soft" role="status">{{ reason }}</p>
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
          [attr.aria-invalid]="mistake() !== undefined"
          aria-describedby="sign-in-mistake"
        />
        <button type="submit" class="button primary">Sign in</button>
      </form>
      <p id="sign-in-mistake" class="problem small" role="alert">{{ mistake() }}</p>
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
  protected readonly mistake = signal<string | undefined>(undefined);
  protected readonly title = computed(() => (this.#session.expired() ? 'The token has expired' : 'This Graphtail asks for a token'));
  protected readonly reason = computed(() =>
    this.#session.expired() ? 'Nothing is lost: with a new token the page goes on.' : this.#session.token() && this.#session.refusal(),
  );

  protected signIn(text: string): void {
    try {
      this.#session.signIn(text);
      this.mistake.set(undefined);
      this.signedIn.emit();
    } catch (error) {
      this.mistake.set((error as Error).message);
    }
  }
}
