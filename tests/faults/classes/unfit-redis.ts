import type { Rig } from '../rig/rig.ts';
import { whileReported } from '../rig/health.ts';
import type { FaultClass } from './fault.ts';

function whileUnfit(rig: Rig, harm: () => Promise<unknown>, undo: () => Promise<unknown>): Promise<void> {
  return whileReported(rig, 'redis_unfit', harm, undo);
}

export const unfitRedis: FaultClass = {
  name: 'Redis is not fit any more',
  faults: [
    {
      title: 'its ACL forbids the functions; health says so, and all goes on when it allows them again',
      inject: (rig) =>
        whileUnfit(
          rig,
          () => rig.direct.acl('SETUSER', 'default', '-fcall', '-fcall_ro'),
          () => rig.direct.acl('SETUSER', 'default', '+fcall', '+fcall_ro'),
        ),
    },
    {
      title: 'its eviction policy is changed; health says so until it is changed back',
      inject: (rig) =>
        whileUnfit(
          rig,
          () => rig.direct.config('SET', 'maxmemory-policy', rig.random.pick(['allkeys-lru', 'volatile-ttl', 'allkeys-random'])),
          () => rig.direct.config('SET', 'maxmemory-policy', 'noeviction'),
        ),
    },
    {
      title: 'its memory is full for long; health says so until there is room',
      inject: (rig) =>
        whileUnfit(
          rig,
          async () => {
            await rig.direct.config('SET', 'maxmemory-policy', 'noeviction');
            await rig.direct.config('SET', 'maxmemory', '1mb');
          },
          () => rig.direct.config('SET', 'maxmemory', '0'),
        ),
    },
    {
      title: 'its ACL forbids the keys; health says so, and all goes on when it allows them again',
      inject: (rig) =>
        whileUnfit(
          rig,
          () => rig.direct.acl('SETUSER', 'default', 'resetkeys', '~other:*'),
          () => rig.direct.acl('SETUSER', 'default', 'allkeys'),
        ),
    },
  ],
};
