import type { IncomingMessage } from 'node:http';
import { parseHost } from './host-name.ts';
import { isForeignPage } from './origin.ts';

function isForeign(host: string, headers: Record<string, string>): boolean {
  return isForeignPage({ headers } as unknown as IncomingMessage, parseHost(host)!);
}

describe('a page of another origin', () => {
  it('[A1a] is recognised by its Origin: another name, another port, or an opaque one', () => {
    for (const origin of [
      'https://evil.example',
      'http://localhost:4200',
      'http://127.0.0.1:8000',
      'null',
      '',
      'localhost:8000',
      'file://localhost:8000',
    ])
      expect(isForeign('localhost:8000', { origin })).withContext(origin).toBeTrue();
  });

  it('[A1a] is recognised by Sec-Fetch-Site, because a request for an image has no Origin', () => {
    for (const site of ['cross-site', 'same-site', 'anything']) expect(isForeign('localhost:8000', { 'sec-fetch-site': site })).toBeTrue();
    for (const site of ['same-origin', 'none']) expect(isForeign('localhost:8000', { 'sec-fetch-site': site })).toBeFalse();
    expect(isForeign('localhost:8000', { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:8000' })).toBeTrue();
  });

  it('is neither our own page nor a client that is no browser', () => {
    expect(isForeign('localhost:8000', {})).toBeFalse();
    expect(isForeign('LOCALHOST:8000', { origin: 'http://localhost:8000' })).toBeFalse();
    expect(isForeign('graphtail.example', { origin: 'https://graphtail.example' })).toBeFalse();
    expect(isForeign('graphtail.example:443', { origin: 'https://graphtail.example' })).toBeFalse();
    expect(isForeign('[::1]:8000', { origin: 'http://[::1]:8000' })).toBeFalse();
  });
});
