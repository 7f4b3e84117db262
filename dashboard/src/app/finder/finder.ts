import { Component, type ElementRef, computed, effect, inject, input, linkedSignal, resource, signal, viewChild } from '@angular/core';
import { LucideDynamicIcon, LucideSearch } from '@lucide/angular';
import { API, reasonOf } from '../api/api.ts';
import { Live } from '../live/live.ts';
import { TypeIcon } from '../look/type-icon.ts';
import { Selection } from '../selection/selection.ts';
import { matching, type Choice } from './choices.ts';

/** A pause in typing after which the server is asked, in ms. */
const PAUSE_MS = 120;
const FOUND = 20;

/** Finds a node, a file, a page or an action by a part of its name. Ctrl-K opens it; Escape or a click outside closes it. */
@Component({
  selector: 'gt-finder',
  imports: [LucideDynamicIcon, LucideSearch, TypeIcon],
  templateUrl: './finder.html',
  styleUrl: './finder.css',
})
export class Finder {
  readonly #api = inject(API);
  readonly #live = inject(Live);
  readonly #selection = inject(Selection);
  /** Pages and actions. */
  readonly fixed = input.required<readonly Choice[]>();
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('box');
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');

  protected readonly text = signal('');
  readonly #found = resource({
    params: () => {
      const q = this.text().trim();
      return q === '' ? undefined : { q, graph: this.#live.graph(), at: this.#selection.at(), limit: FOUND };
    },
    loader: async ({ params, abortSignal }) => {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      return abortSignal.aborted ? [] : (await this.#api.search(params)).results;
    },
  });
  readonly #nodes = linkedSignal<Choice[] | undefined, Choice[]>({
    source: () => {
      if (this.text().trim() === '') return [];
      return this.#found.hasValue()
        ? this.#found.value().map(({ id, name, node_type: type, file_path }) => ({
            ...{ id, name, detail: type === 'file' ? file_path : id.replace('#', ' · '), look: { type } },
            go: () => this.#show(id),
          }))
        : undefined;
    },
    // While the next answer is on its way, the last one stays: the list does not flicker.
    computation: (nodes, previous) => nodes ?? previous?.value ?? [],
  });
  protected readonly choices = computed(() => {
    const fixed = matching(this.fixed(), this.text());
    return this.text().trim() === '' ? fixed : [...this.#nodes(), ...fixed];
  });
  protected readonly current = linkedSignal<unknown, number>({ source: this.choices, computation: () => 0 });
  protected readonly note = computed(() => {
    if (this.#found.error() !== undefined) return reasonOf(this.#found.error(), 'The graph could not be searched');
    if (this.#found.isLoading()) return 'Searching…';
    return this.choices().length === 0 ? 'Nothing has that name' : '';
  });

  constructor() {
    effect(() => {
      const current = this.current();
      requestAnimationFrame(() => document.getElementById(`choice-${String(current)}`)?.scrollIntoView({ block: 'nearest' }));
    });
  }

  open(): void {
    const dialog = this.dialog().nativeElement;
    if (dialog.open) return;
    this.text.set('');
    dialog.showModal();
    this.field().nativeElement.focus();
  }

  protected key(event: KeyboardEvent): void {
    const count = this.choices().length;
    switch (event.key) {
      case 'ArrowDown':
        this.current.update((current) => Math.min(count - 1, current + 1));
        break;
      case 'ArrowUp':
        this.current.update((current) => Math.max(0, current - 1));
        break;
      case 'Enter': {
        const choice = this.choices()[this.current()];
        if (choice !== undefined) this.choose(choice);
        break;
      }
      default:
        return;
    }
    event.preventDefault();
  }

  protected choose(choice: Choice): void {
    this.dialog().nativeElement.close();
    choice.go();
  }

  #show(node: string): void {
    const { pathname } = location;
    const view = pathname.endsWith('/graph') ? (this.#selection.view() ?? null) : 'focus';
    void this.#selection.open('/graph', { node, view });
  }
}
