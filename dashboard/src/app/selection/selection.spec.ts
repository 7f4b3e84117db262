import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { Component, provideZonelessChangeDetection } from '@angular/core';
import type { Offset } from '@graphtail/facts';
import { until } from '../../testing/stage.ts';
import { Selection } from './selection.ts';

@Component({ template: '' })
class Blank {}

describe('Selection', () => {
  let selection: Selection;
  let router: Router;

  beforeEach(async () => {
    TestBed.configureTestingModule({
      providers: [provideZonelessChangeDetection(), provideRouter([{ path: '**', component: Blank }])],
    });
    selection = TestBed.inject(Selection);
    router = TestBed.inject(Router);
    await RouterTestingHarness.create('/graph?graph=g&node=a.ts%23f&at=1-7&sort=name');
  });

  it('is what the address says', () => {
    expect([selection.graph(), selection.node(), selection.at(), selection.view()]).toEqual(['g', 'a.ts#f', '1-7' as Offset, undefined]);
  });

  it('changes the address in one step, and leaves alone what else is in it', async () => {
    selection.set({ node: 'b.ts' });
    selection.set({ view: 'focus', at: null });
    await until(() => selection.view() === 'focus', 'the view');
    expect(router.url).toBe('/graph?graph=g&node=b.ts&sort=name&view=focus');
  });

  it('leads to another page in the same graph, at the same offset', async () => {
    await selection.open('/graph', { node: 'c.ts' });
    expect(router.url).toBe('/graph?graph=g&at=1-7&node=c.ts');
  });
});
