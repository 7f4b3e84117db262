import { TestBed } from '@angular/core/testing';
import { analysisCompleted, analysisStarted, nodeAdded } from '../../testing/facts.ts';
import { Notifier } from '../../testing/notifier.ts';
import { Origin, staged, until } from '../../testing/stage.ts';
import { Live } from '../live/live.ts';
import { Announcer } from './announcer.ts';

describe('Announcer', () => {
  let notifier: Notifier;
  let page: HTMLElement;

  beforeEach(() => {
    notifier = new Notifier();
    TestBed.configureTestingModule({ providers: staged(notifier, new Origin(notifier)) });
    page = TestBed.createComponent(Announcer).nativeElement as HTMLElement;
  });
  afterEach(() => TestBed.inject(Live).close());

  async function opened(): Promise<void> {
    TestBed.inject(Live).open('g');
    await until(() => page.textContent?.includes('Live') ?? false, 'live');
    await until(() => TestBed.inject(Live).facts() !== undefined, 'the facts');
  }

  it('does not announce an analysis that had ended before the page was opened', async () => {
    notifier.append(analysisStarted('old'), analysisCompleted('old'));
    await opened();
    notifier.append(nodeAdded('a'));
    await until(() => TestBed.inject(Live).facts()?.length === 3, 'a later fact');
    expect(page.textContent).not.toContain('Analysis');
  });

  it('announces one that was too short to be seen running', async () => {
    await opened();
    notifier.append(analysisStarted('a1'), analysisCompleted('a1'));
    await until(() => page.textContent?.includes('Analysis completed, 7 changes') ?? false, 'the end');
  });

  it('announces a second one that ends in the same words, in another paragraph', async () => {
    await opened();
    notifier.append(analysisStarted('a1'), analysisCompleted('a1'));
    const paragraph = (): Element | null => page.querySelector('[role="status"] p');
    await until(() => paragraph() !== null, 'the first');
    const first = paragraph();
    notifier.append(analysisStarted('a2'), analysisCompleted('a2'));
    await until(() => paragraph() !== first && paragraph() !== null, 'the second');
    expect(page.querySelectorAll('[role="status"] p').length).toBe(1);
  });

  it('announces that the log was replaced', async () => {
    notifier.append(nodeAdded('lost'));
    await opened();
    notifier.replace(nodeAdded('kept'));
    await until(() => page.textContent?.includes('The log was replaced by another') ?? false, 'the news');
  });
});
