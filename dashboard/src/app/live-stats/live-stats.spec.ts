import { TestBed } from '@angular/core/testing';
import type { Offset } from '@graphtail/facts';
import { nodeAdded } from '../../testing/facts.ts';
import { Notifier } from '../../testing/notifier.ts';
import { Origin, staged, until } from '../../testing/stage.ts';
import { Live } from '../live/live.ts';
import { LiveStats } from './live-stats.ts';
import { ProofChip } from './proof-chip.ts';

/** What the log says of a range; undefined: it does not answer. */
type Answer = (from: Offset, to: Offset) => object | undefined;

describe('the live figures', () => {
  let notifier: Notifier;
  let page: HTMLElement;
  let chip: HTMLElement;
  let answer: Answer;

  beforeEach(() => {
    notifier = new Notifier();
    answer = (from, to) => notifier.receipt(from, to);
    spyOn(window, 'fetch').and.callFake((request) => {
      const { searchParams } = new URL(request instanceof Request ? request.url : request);
      const body = answer(searchParams.get('from') as Offset, searchParams.get('to') as Offset);
      return Promise.resolve(body === undefined ? new Response('', { status: 503 }) : Response.json(body));
    });
    TestBed.configureTestingModule({ providers: staged(notifier, new Origin(notifier)) });
    page = TestBed.createComponent(LiveStats).nativeElement as HTMLElement;
    chip = TestBed.createComponent(ProofChip).nativeElement as HTMLElement;
    notifier.append(nodeAdded('a'), nodeAdded('b'));
  });
  afterEach(() => TestBed.inject(Live).close());

  const proof = (): string => chip.querySelector('.proof')?.textContent?.trim() ?? '';
  const trouble = (): string => page.querySelector('[data-about="difference"]')?.textContent ?? '';

  it('says that the received facts are proved, and through which fact', async () => {
    TestBed.inject(Live).open('g');
    await until(() => proof() === 'proved through #2', 'the proof');
    expect(chip.querySelector('.proof')?.getAttribute('title')).toContain('2 facts after');
    expect(trouble()).toBe('');
  });

  it('says that nothing is proved while the server does not answer', async () => {
    answer = () => undefined;
    TestBed.inject(Live).open('g');
    await until(() => TestBed.inject(Live).facts()?.length === 2, 'the facts');
    await until(() => (window.fetch as jasmine.Spy).calls.count() > 0, 'a comparison');
    expect(proof()).toBe('not proved yet');
  });

  it('explains if the log has another number of facts, and reads it again on request', async () => {
    answer = (from, to) => ({ ...notifier.receipt(from, to), count: 3 });
    TestBed.inject(Live).open('g');
    await until(() => trouble().includes('2 facts, but the log has 3'), 'the difference');
    expect(proof()).toBe('differs from the log');
    answer = (from, to) => notifier.receipt(from, to);
    page.querySelector<HTMLElement>('[data-about="difference"] button')?.click();
    await until(() => proof() === 'proved through #2', 'the proof');
    expect(trouble()).toBe('');
  });

  it('explains if the log has the same number of other facts', async () => {
    answer = (from, to) => ({ ...notifier.receipt(from, to), digest: '0000000000000000' });
    TestBed.inject(Live).open('g');
    await until(() => trouble().includes('2 facts, as many as the log has there, but different ones'), 'the difference');
  });

  it('says what happened to the log until the message is dismissed', async () => {
    TestBed.inject(Live).open('g');
    await until(() => TestBed.inject(Live).facts()?.length === 2, 'the facts');
    notifier.replace(nodeAdded('kept'));
    const told = (): string => page.querySelector('[data-about="change"]')?.textContent ?? '';
    await until(() => told().includes('The log was replaced by another'), 'the news');
    page.querySelector<HTMLElement>('[data-about="change"] button')?.click();
    await until(() => told() === '', 'to be dismissed');
  });
});
