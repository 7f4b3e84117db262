import { closeServer, listen, portOf } from './server.ts';
import { showLifeBy, signOfLife } from './sign-of-life.ts';

describe('a sign of life', () => {
  let shown: number;
  /** Later in each spec: what was shown in another does not count. */
  let later = 1e9;
  beforeEach(() => {
    shown = 0;
    later += 1e9;
    showLifeBy(() => (shown += 1));
  });
  afterAll(() => showLifeBy(() => undefined));

  it('is sent at most once a second, however much work is done', () => {
    const now = spyOn(performance, 'now');
    for (let ms = later; ms < later + 3_000; ms += 1) {
      now.and.returnValue(ms);
      signOfLife();
    }
    expect(shown).toBe(3);
  });

  it('is sent for a request, even if no timer runs', async () => {
    const server = await listen((_request, response) => response.end(), { host: '127.0.0.1', port: 0 });
    spyOn(performance, 'now').and.returnValue(later);
    await fetch(`http://127.0.0.1:${String(portOf(server))}/`);
    expect(shown).toBe(1);
    await closeServer(server, 50);
  });
});
