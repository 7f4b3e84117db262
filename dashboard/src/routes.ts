import { inject } from '@angular/core';
import { Router, type ActivatedRouteSnapshot, type Routes, type UrlTree } from '@angular/router';
import { Overview } from './app/overview/overview.ts';

/** A link to a fact leads to the page that shows facts at every size of screen. */
function unlessFact(route: ActivatedRouteSnapshot): boolean | UrlTree {
  return !route.queryParamMap.has('fact') || inject(Router).createUrlTree(['/events'], { queryParams: route.queryParams });
}

export const routes: Routes = [
  { path: '', pathMatch: 'full', component: Overview, canActivate: [unlessFact] },
  { path: 'events', loadComponent: async () => (await import('./app/events/events.ts')).Events },
  { path: 'graph', loadComponent: async () => (await import('./app/graph/graph-page.ts')).GraphPage },
  { path: 'consumers', loadComponent: async () => (await import('./app/consumers/consumers.ts')).Consumers },
  { path: 'pipeline', loadComponent: async () => (await import('./app/health/health.ts')).Health },
  { path: '**', redirectTo: '' },
];
