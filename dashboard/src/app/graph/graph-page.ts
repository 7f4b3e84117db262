import { Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Selection } from '../selection/selection.ts';
import { VIEWS, viewNamed } from './views.ts';

/** The graph, in a view for each question. All views show the same selection. */
@Component({
  selector: 'gt-graph-page',
  imports: [RouterLink],
  templateUrl: './graph-page.html',
  styleUrl: './graph-page.css',
})
export class GraphPage {
  protected readonly selection = inject(Selection);
  protected readonly views = VIEWS;
  protected readonly view = computed(() => viewNamed(this.selection.view()));
  protected readonly question = computed(() => VIEWS.find(({ name }) => name === this.view())?.question ?? '');
}
