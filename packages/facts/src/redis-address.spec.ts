import { isRedisAddress, parseRedisAddress, shownRedisAddress, socketPathOf, socketUrl } from './redis-address.ts';

describe('the address of a Redis', () => {
  it('on a socket has its path, whatever characters the path contains', () => {
    for (const path of ['/run/redis.sock', '/home/a b/50%/c?d#e/ü.sock']) {
      expect(socketPathOf(socketUrl(path))).toBe(path);
      expect(isRedisAddress(socketUrl(path))).toBeTrue();
    }
    expect(socketUrl('/run/redis.sock')).toBe('unix:///run/redis.sock');
  });

  it('is redis, rediss, or unix with an absolute path', () => {
    for (const address of ['redis://127.0.0.1:6379', 'rediss://user:word@host:1/2']) {
      expect(isRedisAddress(address)).toBeTrue();
      expect(socketPathOf(address)).toBeUndefined();
    }
    for (const address of ['unix://redis.sock', 'unix:/run/redis.sock', 'unix:///50%', 'http://127.0.0.1', '/run/redis.sock', ''])
      expect(isRedisAddress(address)).withContext(address).toBeFalse();
  });

  it('names sentinels and a master, or nodes of a cluster, after the login for Redis', () => {
    expect(parseRedisAddress('redis+sentinel://u:p%40@a:1,[::1],c.d:3/my-master?db=2&sentinel_password=s')).toEqual({
      kind: 'sentinel',
      nodes: [
        { host: 'a', port: 1 },
        { host: '::1', port: 26_379 },
        { host: 'c.d', port: 3 },
      ],
      name: 'my-master',
      db: 2,
      username: 'u',
      password: 'p@',
      sentinelPassword: 's',
      tls: false,
    });
    expect(parseRedisAddress('rediss+cluster://:p@a,b:7000')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 6_379 },
        { host: 'b', port: 7_000 },
      ],
      password: 'p',
      tls: true,
    });
  });

  it('is invalid if a part is missing or unknown', () => {
    const wrong = ['redis+sentinel://a:1', 'redis+sentinel://a:1/', 'redis+sentinel://a:1/m?x=1', 'redis+sentinel://a:1/m?db=x'];
    const others = [
      'redis+cluster://',
      'redis+cluster://a,',
      'redis+cluster://a:0',
      'redis+cluster://a:99999',
      'redis+cluster://a/1',
      'redis+x://a',
    ];
    for (const address of [...wrong, ...others]) expect(parseRedisAddress(address)).withContext(address).toBeUndefined();
  });

  it('is shown without its secrets', () => {
    expect(shownRedisAddress('redis://u:p@a:1/2?password=x')).toBe('redis://a:1/2');
    expect(shownRedisAddress('redis+sentinel://u:p@a:1,b/m?sentinel_password=s')).toBe('redis+sentinel://a:1,b/m');
    expect(shownRedisAddress('redis+cluster://u:p@a:1')).toBe('redis+cluster://a:1');
    expect(shownRedisAddress('x')).toBe('[malformed address]');
  });
});
