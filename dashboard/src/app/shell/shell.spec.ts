import { TestBed } from '@angular/core/testing';
import { ApiError } from '@graphtail/client';
import { Notifier } from '../../testing/notifier.ts';
import { Origin, staged, until } from '../../testing/stage.ts';
import { Session } from '../access/session.ts';
import { Live } from '../live/live.ts';
import { Graphs } from './graphs.ts';
import { Shell } from './shell.ts';

describe('Shell', () => {
  let notifier: Notifier;
  let origin: Origin;
  let page: HTMLElement;

  function show(graphs?: Origin['graphs']): void {
    const providers = staged(notifier, graphs === undefined ? origin : Object.assign(origin, { graphs }));
    TestBed.configureTestingModule({ providers });
    page = TestBed.createComponent(Shell).nativeElement as HTMLElement;
  }
  const named = (...names: string[]) =>
    Promise.resolve(
      names.map((name) => ({ name, root: `/src/${name}`, head: undefined, node_count: undefined, relationship_count: undefined })),
    );
  const says = (text: string): Promise<void> => until(() => page.textContent?.includes(text) ?? false, text);
  const analyze = (): HTMLButtonElement | null => page.querySelector('header button');

  const ready = (): Promise<void> =>
    until(() => page.querySelector('h1')?.textContent?.trim() === 'g' && analyze()?.disabled === false, 'the button');

  beforeEach(() => {
    notifier = new Notifier();
    origin = new Origin(notifier);
  });
  afterEach(() => TestBed.inject(Live).close());

  it('shows the only graph, and its root', async () => {
    show();
    await until(() => page.querySelector('h1')?.textContent?.trim() === 'g', 'the name');
    expect(page.textContent).toContain('/src/g');
    expect(page.querySelector('select')).toBeNull();
  });

  it('offers a choice if there are several', async () => {
    show(() => named('one', 'two'));
    await until(() => page.querySelectorAll('option').length === 2, 'the choice');
    expect(TestBed.inject(Live).graph()).toBe('one');
    const select = page.querySelector('select');
    if (select === null) throw new Error('no choice');
    select.value = 'two';
    select.dispatchEvent(new Event('change'));
    await until(() => TestBed.inject(Live).graph() === 'two', 'the other graph');
  });

  it('says how to add a graph if there is none', async () => {
    show(() => named());
    await says('npx graphtail analyze PATH');
  });

  it('says that the server does not answer and what is kept, and goes on by itself', async () => {
    let away = true;
    show(() => (away ? Promise.reject(new ApiError(0, 'Graphtail does not answer')) : named('g')));
    await says('Graphtail does not answer');
    expect(page.textContent).toContain('Nothing is lost');
    away = false;
    await until(() => TestBed.inject(Live).graph() === 'g', 'the graph', 4000);
  });

  describe('if the server asks for a token', () => {
    const token = (role: string, seconds = 600): string =>
      ['e30', btoa(JSON.stringify({ role, sub: 'ü', exp: Math.floor(Date.now() / 1000) + seconds })).replaceAll('=', ''), 's'].join('.');
    const refusing = (): ReturnType<Origin['graphs']> =>
      TestBed.inject(Session).token() === undefined
        ? Promise.reject(new ApiError(401, 'A token is needed', { code: 'UNAUTHORIZED' }))
        : named('g');
    const signIn = (text: string): void => {
      const input = page.querySelector<HTMLInputElement>('gt-sign-in input')!;
      input.value = text;
      page.querySelector<HTMLButtonElement>('gt-sign-in button')!.click();
    };
    beforeEach(() => sessionStorage.clear());
    afterEach(() => sessionStorage.clear());

    it('says so, how to make one, and if a text is no token; with a token it shows the graph, and a reload keeps it', async () => {
      show(refusing);
      await says('This Graphtail asks for a token');
      expect(page.textContent).toContain('npx graphtail token --role read');
      signIn('nonsense');
      await says('This is not a token');
      signIn(`Bearer ${token('operate')} `);
      await ready();
      expect(page.querySelector('gt-sign-in')).toBeNull();
      expect(sessionStorage.getItem('graphtail.token')).toBe(TestBed.inject(Session).token()!);
      page.querySelector<HTMLButtonElement>('[title^="Sign out"]')!.click();
      await until(() => page.querySelector('gt-sign-in') !== null, 'the panel');
      expect([sessionStorage.getItem('graphtail.token'), TestBed.inject(Live).graph()]).toEqual([null, undefined]);
    });

    it('shows in the panel why the server refuses a token, and keeps the panel while it asks', async () => {
      let answer = (): void => undefined;
      show(async () => {
        if (TestBed.inject(Session).token() === undefined) return refusing();
        await new Promise<void>((resolve) => (answer = resolve));
        throw new ApiError(401, 'Signed with another secret.', { code: 'UNAUTHORIZED' });
      });
      await says('This Graphtail asks for a token');
      const panel = page.querySelector('gt-sign-in');
      signIn(token('read'));
      await says('Signing in');
      answer();
      await until(() => page.querySelector('gt-sign-in [role="alert"]')?.textContent === 'Signed with another secret.', 'the problem');
      expect(page.querySelector('gt-sign-in')).toBe(panel);
      expect(page.querySelector('gt-sign-in input')?.getAttribute('aria-invalid')).toBe('true');
      expect(page.querySelector('[title^="Sign out"]')).toBeNull();
    });

    it('drops an answer that arrives after signing out', async () => {
      sessionStorage.setItem('graphtail.token', token('read'));
      let answer = (): void => undefined;
      show(() => new Promise<void>((resolve) => (answer = resolve)).then(() => named('g')));
      await until(() => page.querySelector('main') !== null, 'the page');
      TestBed.inject(Session).signOut();
      answer();
      await until(() => page.querySelector('gt-sign-in') !== null, 'the panel');
      expect([TestBed.inject(Graphs).list(), TestBed.inject(Live).graph()]).toEqual([undefined, undefined]);
    });

    it('disables what the role does not allow, and says why', async () => {
      sessionStorage.setItem('graphtail.token', token('read'));
      show(refusing);
      await until(() => TestBed.inject(Live).graph() === 'g', 'the graph');
      await until(() => analyze()?.title === "Needs a token of role operate; this one's is read", 'the reason');
      expect(analyze()?.disabled).toBeTrue();
    });

    it('says that a token has expired, and that nothing is lost', async () => {
      sessionStorage.setItem('graphtail.token', token('read', -5));
      show(() => Promise.reject(new ApiError(401, 'The token has expired.', { code: 'UNAUTHORIZED' })));
      await says('The token has expired');
      expect(page.textContent).toContain('Nothing is lost');
    });
  });

  it('requests an analysis of changed files', async () => {
    show();
    await ready();
    analyze()?.click();
    await until(() => origin.done.length === 1, 'the request');
    await says('Requested');
    expect(origin.done).toEqual(['reanalyze']);
  });

  it('requests an analysis of every file with Shift', async () => {
    show();
    await ready();
    analyze()?.dispatchEvent(new MouseEvent('click', { shiftKey: true, bubbles: true }));
    await until(() => origin.done[0] === 'reanalyze every file', 'the request');
  });

  it('says why an analysis could not be requested', async () => {
    Object.assign(origin, { reanalyze: () => Promise.reject(new ApiError(503, 'Ingest does not answer')) });
    show();
    await ready();
    analyze()?.click();
    await until(() => page.querySelector('[role="alert"]')?.textContent === 'Ingest does not answer', 'the reason');
    expect(analyze()?.disabled).toBeFalse();
  });
});
