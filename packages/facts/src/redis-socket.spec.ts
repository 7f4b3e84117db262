import { isRedisAddress, socketPathOf, socketUrl } from './redis-socket.ts';

describe('the address of a Redis', () => {
  it('on a socket holds its path, whatever the path is made of', () => {
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
});
