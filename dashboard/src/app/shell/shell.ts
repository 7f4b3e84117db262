import { Component, computed, effect, inject, signal, untracked, viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import {
  LucideDynamicIcon,
  LucideEllipsis,
  LucideKeyboard,
  LucideLogOut,
  LucideMoon,
  LucideRadio,
  LucideRefreshCw,
  LucideSearch,
  LucideSun,
  type LucideIconData,
} from '@lucide/angular';
import { Session } from '../access/session.ts';
import { SignIn } from '../access/sign-in.ts';
import { API, reasonOf } from '../api/api.ts';
import { ConnectionChip } from '../live-stats/connection-chip.ts';
import { ProofChip } from '../live-stats/proof-chip.ts';
import type { Choice } from '../finder/choices.ts';
import { Finder } from '../finder/finder.ts';
import { Live } from '../live/live.ts';
import { Theme } from '../look/theme.ts';
import { AtChip } from '../selection/at-chip.ts';
import { Selection, type SelectedChange } from '../selection/selection.ts';
import { Announcer } from './announcer.ts';
import { Graphs } from './graphs.ts';
import { PAGES, type Page } from './pages.ts';
import { Shortcuts } from './shortcuts.ts';

/** How long to wait for a requested analysis to appear in the log, in ms. */
const REQUEST_HOLDS_MS = 10_000;

/** The frame of every view: the navigation, the shown graph, and its actions. */
@Component({
  selector: 'gt-root',
  imports: [
    Announcer,
    AtChip,
    ConnectionChip,
    Finder,
    LucideDynamicIcon,
    LucideEllipsis,
    LucideKeyboard,
    LucideLogOut,
    LucideMoon,
    LucideRefreshCw,
    LucideSearch,
    LucideSun,
    RouterLink,
    RouterLinkActive,
    ProofChip,
    RouterOutlet,
    Shortcuts,
    SignIn,
  ],
  templateUrl: './shell.html',
  styleUrl: './shell.css',
  host: { '(document:keydown)': 'key($event)' },
})
export class Shell {
  protected readonly live = inject(Live);
  protected readonly graphs = inject(Graphs);
  protected readonly theme = inject(Theme);
  protected readonly session = inject(Session);
  readonly #api = inject(API);
  readonly #router = inject(Router);
  readonly #selection = inject(Selection);
  readonly #events = toSignal(this.#router.events);
  protected readonly pages = PAGES;
  protected readonly rare = PAGES.filter(({ isInBar }) => isInBar !== true);
  private readonly shortcuts = viewChild.required(Shortcuts);
  private readonly finder = viewChild.required(Finder);
  /** What the finder leads to beside nodes and files. */
  protected readonly choices: readonly Choice[] = [
    ...PAGES.map((page) => ({
      ...{ id: page.path, name: page.name, detail: `page · g ${page.key}`, look: { icon: page.icon } },
      go: () => void this.#router.navigate([page.path], { queryParams: this.kept(page) }),
    })),
    this.#action('Re-analyze changed files', 'r', LucideRefreshCw.icon, () => void this.reanalyze(false)),
    this.#action('Re-analyze every file', '', LucideRefreshCw.icon, () => void this.reanalyze(true)),
    this.#action('Light or dark', 't', LucideSun.icon, () => this.theme.toggle()),
    this.#action('Go live', '', LucideRadio.icon, () => this.#selection.set({ at: null })),
    this.#action('Keyboard', '?', LucideKeyboard.icon, () => this.help()),
  ];

  protected readonly chosen = this.#selection.graph;
  protected readonly current = computed(() => this.graphs.list()?.find((graph) => graph.name === this.live.graph()));
  protected readonly requested = signal<string | undefined>(undefined);
  protected readonly requestError = signal<string | undefined>(undefined);
  protected readonly forbidden = computed(() => this.session.forbids('operate'));
  protected readonly running = computed(() => this.live.analysis()?.outcome === 'running');
  protected readonly busy = computed(() => this.requested() !== undefined || this.running());

  /** `g` was pressed: the next key names a page. */
  #isGoing = false;

  constructor() {
    effect(() => {
      const graphs = this.graphs.list();
      const name = this.chosen() ?? graphs?.[0]?.name;
      if (name !== undefined && graphs !== undefined && graphs.length > 0) untracked(() => this.live.open(name));
    });
    effect(() => {
      const analysis = this.live.analysis();
      if (analysis !== undefined && analysis.id === this.requested()) untracked(() => this.requested.set(undefined));
    });
    effect(() => {
      this.#events();
      const page = PAGES.find(({ path }) => path === this.#router.url.split('?')[0])?.name;
      document.title = [page, this.live.graph(), 'Graphtail'].filter((part) => part !== undefined).join(' – ');
    });
  }

  /** What stays selected on the way to a page. */
  protected kept({ isAboutSelection }: Page): SelectedChange {
    const { graph, node, at } = this.#selection;
    return { graph: graph() ?? null, ...(isAboutSelection === true ? { node: node() ?? null, at: at() ?? null } : {}) };
  }

  protected async choose(name: string): Promise<void> {
    // A fact, a filter or a place in the log is one of the graph that was shown.
    await this.#router.navigate([], { queryParams: { graph: name } });
  }

  protected async reanalyze(force: boolean): Promise<void> {
    const graph = this.live.graph();
    if (graph === undefined || this.busy() || this.forbidden() !== undefined) return;
    this.requested.set('…');
    this.requestError.set(undefined);
    try {
      const { analysis_id: id } = await this.#api.reanalyze({ graph, force });
      // Its facts may have been faster than the answer.
      this.requested.set(this.live.analysis()?.id === id ? undefined : id);
      setTimeout(() => {
        if (this.requested() === id) this.requested.set(undefined);
      }, REQUEST_HOLDS_MS);
    } catch (error) {
      this.requested.set(undefined);
      this.requestError.set(reasonOf(error, 'The analysis could not be requested'));
    }
  }

  protected signOut(): void {
    this.session.signOut();
    this.live.close();
    this.graphs.list.set(undefined);
  }

  protected key(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      this.find();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest('input, textarea, select, dialog') !== null) return;
    const page = this.#isGoing ? PAGES.find(({ key }) => key === event.key) : undefined;
    this.#isGoing = false;
    if (page !== undefined) {
      event.preventDefault();
      event.stopImmediatePropagation();
      void this.#router.navigate([page.path], { queryParams: this.kept(page) });
      return;
    }
    switch (event.key) {
      case 'g':
        this.#isGoing = true;
        break;
      case '?':
        this.shortcuts().toggle();
        break;
      case 'r':
        void this.reanalyze(false);
        break;
      case 'p':
        this.live.ping();
        break;
      case 't':
        this.theme.toggle();
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  protected find(): void {
    this.finder().open();
  }

  #action(name: string, key: string, icon: LucideIconData, go: () => void): Choice {
    return { id: name, name, detail: key === '' ? 'action' : `action · ${key}`, look: { icon }, go };
  }

  protected help(): void {
    this.shortcuts().toggle();
  }
}
