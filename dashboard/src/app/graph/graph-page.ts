import { Component, DestroyRef, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Selection } from '../selection/selection.ts';
import { FocusView } from './focus/focus-view.ts';
import { MapView } from './map/map-view.ts';
import { GraphModel } from './model/graph-model.ts';
import { StructureView } from './structure/structure-view.ts';
import { VIEWS, viewNamed } from './views.ts';

/** The graph, in a view for each question. All views show the same selection. */
@Component({
  selector: 'gt-graph-page',
  imports: [FocusView, MapView, RouterLink, StructureView],
  templateUrl: './graph-page.html',
  styleUrl: './graph-page.css',
})
export class GraphPage {
  protected readonly selection = inject(Selection);
  protected readonly model = inject(GraphModel);
  protected readonly views = VIEWS;
  protected readonly view = computed(() => viewNamed(this.selection.view()));
  protected readonly question = computed(() => VIEWS.find(({ name }) => name === this.view())?.question ?? '');

  constructor() {
    this.model.use(inject(DestroyRef));
  }
}
