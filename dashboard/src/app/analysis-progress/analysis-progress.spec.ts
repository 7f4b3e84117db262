import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { analysisCompleted, analysisFailed, analysisProgress, analysisStarted } from '../../testing/facts.ts';
import { Notifier } from '../../testing/notifier.ts';
import { Origin, staged, until } from '../../testing/stage.ts';
import { Live } from '../live/live.ts';
import { AnalysisProgress, SHOWN_AFTER_END_MS } from './analysis-progress.ts';

describe('the analysis progress panel', () => {
  let notifier: Notifier;
  let origin: Origin;
  let fixture: ComponentFixture<AnalysisProgress>;
  let page: HTMLElement;

  beforeEach(() => {
    notifier = new Notifier();
    origin = new Origin(notifier);
    TestBed.configureTestingModule({ providers: staged(notifier, origin) });
    TestBed.inject(Live).open('g');
    fixture = TestBed.createComponent(AnalysisProgress);
    page = fixture.nativeElement as HTMLElement;
  });
  afterEach(() => TestBed.inject(Live).close());

  const bar = (): string | null | undefined => page.querySelector('[role="progressbar"]')?.getAttribute('aria-valuenow');

  it('shows the figures of the facts: percent, phase, files, current file, message', async () => {
    notifier.append(analysisStarted('a1'), analysisProgress('a1', 62));
    await until(() => bar() === '62', '62 %');
    for (const text of ['62 %', 'parsing', '124 of 200 files', 'src/a.ts', 'Parsing']) expect(page.textContent).toContain(text);
  });

  it('requests a cancellation', async () => {
    notifier.append(analysisStarted('a1'));
    await until(() => page.querySelector('button') !== null, 'the button');
    page.querySelector('button')?.click();
    await until(() => origin.done.includes('cancel'), 'the request');
    await until(() => page.textContent?.includes('Cancelling') ?? false, 'the button to say so');
  });

  const idle = (): boolean => page.querySelector('h2')?.textContent === 'No analysis under way';

  it('takes the same place whether there is an analysis or not', async () => {
    await until(idle, 'no analysis');
    const height = page.getBoundingClientRect().height;
    notifier.append(analysisStarted('a1'), analysisProgress('a1', 62));
    await until(() => bar() === '62', '62 %');
    expect(page.getBoundingClientRect().height).toBe(height);
    notifier.append(analysisCompleted('a1'));
    await until(() => page.textContent?.includes('Analysis completed') ?? false, 'the end');
    expect(page.getBoundingClientRect().height).toBe(height);
  });

  it('shows the end, then only when it was', async () => {
    notifier.append(analysisStarted('a1'), analysisProgress('a1', 50));
    await until(() => bar() === '50', 'half way');
    notifier.append(analysisCompleted('a1'));
    await until(() => page.textContent?.includes('Analysis completed, 7 changes') ?? false, 'the end');
    await until(idle, 'to be over', SHOWN_AFTER_END_MS + 3000);
    expect(page.textContent).toContain('Analysis completed, 7 changes in 3.2 s');
  }, 12_000);

  it("shows an analysis that was too short to be seen running, whatever the server's clock", async () => {
    await until(() => TestBed.inject(Live).facts() !== undefined, 'the log');
    notifier.appendAt(Date.now() - 3_600_000, [analysisStarted('a1'), analysisProgress('a1', 50), analysisCompleted('a1')]);
    await until(() => page.textContent?.includes('Analysis completed, 7 changes') ?? false, 'the end');
  });

  it('does not show an analysis that ended before the page was opened', async () => {
    notifier.appendAt(Date.now() - 60_000, [analysisStarted('a1'), analysisCompleted('a1')]);
    await until(() => TestBed.inject(Live).analysis() !== undefined, 'the facts');
    expect(idle()).toBeTrue();
  });

  it('keeps a failure on the screen until it is dismissed', async () => {
    notifier.append(analysisStarted('a1'), analysisFailed('a1'));
    await until(() => page.textContent?.includes('the disk is gone') ?? false, 'the reason');
    page.querySelector<HTMLElement>('button[aria-label="Dismiss"]')?.click();
    await until(idle, 'to be dismissed');
  });
});
