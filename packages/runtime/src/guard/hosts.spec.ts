import type { IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import { Problem } from '../problem.ts';
import { Hosts } from './hosts.ts';

function codeFor(hosts: Hosts, ...given: string[]): string {
  try {
    hosts.check({ rawHeaders: given.flatMap((host) => ['Host', host]), url: '/' } as IncomingMessage);
    return 'passes';
  } catch (error) {
    return (error as Problem).code;
  }
}

describe('the host that a request names', () => {
  const hosts = new Hosts(['127.0.0.1', 'Graphtail.Example', 'fd00::1']);

  it('[A1] passes if it is a loopback or configured name, in any spelling, with or without a port', () => {
    for (const host of [
      'localhost',
      'LOCALHOST:8000',
      'localhost.',
      'app.localhost:1',
      '127.0.0.1:8000',
      '127.9.8.7',
      '[::1]:8000',
      '[0:0::1]',
    ])
      expect(codeFor(hosts, host)).withContext(host).toBe('passes');
    for (const host of ['graphtail.example', 'GRAPHTAIL.example.:443', '[fd00:0::1]:8000'])
      expect(codeFor(hosts, host)).withContext(host).toBe('passes');
  });

  it('[A1] is refused if it is any other, because a page can make its own name lead here', () => {
    for (const host of [
      'evil.example',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      'notlocalhost',
      '10.0.0.1',
      '127.1',
      '[::2]',
      '0.0.0.0',
      'x.graphtail.example',
    ])
      expect(codeFor(hosts, host)).withContext(host).toBe('FORBIDDEN');
  });

  it('[A1] is invalid if there is none, more than one, or a malformed one', () => {
    expect(codeFor(hosts)).toBe('BAD_REQUEST');
    expect(codeFor(hosts, 'localhost', 'localhost')).toBe('BAD_REQUEST');
    for (const host of [
      '',
      '.',
      'local host',
      'localhost:',
      'localhost:99999',
      'localhost:8000@evil.example',
      'evil.example#localhost',
      '[::1',
      'localhost/x',
      'localhost,evil.example',
    ])
      expect(codeFor(hosts, host)).withContext(host).toBe('BAD_REQUEST');
  });

  it('passes if it is an address of this machine and the service listens on all addresses', () => {
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    for (const { address, family } of own) {
      const host = family === 'IPv6' ? `[${address.split('%')[0]!}]:8000` : `${address}:8000`;
      for (const wildcard of ['0.0.0.0', '::'])
        expect(codeFor(new Hosts([wildcard]), host))
          .withContext(host)
          .toBe('passes');
    }
    expect(codeFor(new Hosts(['0.0.0.0']), '192.0.2.1')).toBe('FORBIDDEN');
  });

  it('is checked in the request line as well', () => {
    const request = (url: string) => ({ rawHeaders: ['Host', 'localhost'], url }) as IncomingMessage;
    expect(hosts.check(request('http://localhost:8000/health')).name).toBe('localhost');
    expect(() => hosts.check(request('http://evil.example/health'))).toThrowError(Problem, /evil\.example/);
    expect(() => hosts.check(request('evil:8000'))).toThrowError(Problem);
  });
});
