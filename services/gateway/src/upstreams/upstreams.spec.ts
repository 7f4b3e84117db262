import { eventually } from '../../../../tests/support/eventually.ts';
import { NOWHERE, serviceAddresses } from './addresses.ts';
import { addressesOf } from './lookup.ts';
import { Upstreams } from './upstreams.ts';

describe('The processes of a service', () => {
  let upstreams: Upstreams;
  const known = (): string[] => upstreams.of('projector').map(({ address }) => address);
  const open = (addresses: string[], options?: ConstructorParameters<typeof Upstreams>[1]): void => {
    upstreams = new Upstreams({ ...NOWHERE, projector: addresses }, options);
  };
  afterEach(() => upstreams.close());

  it('come from a list, from a name, or from both, each once', async () => {
    open(['http://127.0.0.1:8102', 'http://[::1]:8102', 'http://127.0.0.1:8102/', 'http://several:8202'], {
      lookup: () => Promise.resolve(['10.0.0.5', '10.0.0.6']),
    });
    expect(known()).toEqual(['127.0.0.1:8102', '[::1]:8102']);
    await eventually(() => known().length === 4);
    expect(known().slice(2)).toEqual(['10.0.0.5:8202', '10.0.0.6:8202']);
  });

  it('follow their name: added ones are known, removed ones are not, and the others keep their state', async () => {
    let addresses = ['10.0.0.5'];
    open(['http://several:8202'], { lookup: () => Promise.resolve(addresses) });
    await eventually(() => known().length === 1);
    const [first] = upstreams.of('projector');
    addresses = ['10.0.0.6', '10.0.0.5'];
    await eventually(() => {
      upstreams.lookAgain();
      return known().length === 2;
    });
    expect(upstreams.of('projector')[1]).toBe(first);
    addresses = ['10.0.0.6'];
    await eventually(() => {
      upstreams.lookAgain();
      return known().length === 1;
    });
    expect(known()).toEqual(['10.0.0.6:8202']);
  });

  it('stay the same while their name cannot be looked up, which is logged once', async () => {
    let fails = false;
    let looks = 0;
    const said: string[] = [];
    open(['http://several:8202'], {
      lookup() {
        looks++;
        return fails ? Promise.reject(new Error('EAI_AGAIN')) : Promise.resolve(['10.0.0.5']);
      },
      onLookupFailed: (host) => said.push(host),
    });
    await eventually(() => known().length === 1);
    fails = true;
    await eventually(() => {
      upstreams.lookAgain();
      return looks >= 4;
    });
    expect([known(), said]).toEqual([['10.0.0.5:8202'], ['several']]);
  });

  it('are updated by the parent process', () => {
    open([]);
    expect(upstreams.choose('projector')).toBeUndefined();
    upstreams.set({ ...NOWHERE, projector: ['http://127.0.0.1:4001'] });
    const [before] = upstreams.of('projector');
    upstreams.set(NOWHERE);
    upstreams.set({ ...NOWHERE, projector: ['http://127.0.0.1:4001'] });
    expect(known()).toEqual(['127.0.0.1:4001']);
    expect(upstreams.of('projector')[0]).not.toBe(before);
  });

  it('of a name with addresses of both families are those of one family, because a container has one of each', async () => {
    const addresses = await addressesOf('localhost');
    expect(new Set(addresses.map((address) => address.includes(':'))).size).toBe(1);
    open([]);
  });
});

describe('The setting for the addresses of a service', () => {
  const setting = serviceAddresses('http://127.0.0.1:8102');

  it('takes several, or says that the parent process sends them', () => {
    expect(setting.parse(undefined)).toEqual(['http://127.0.0.1:8102']);
    expect(setting.parse('http://a:1, http://b:2')).toEqual(['http://a:1', 'http://b:2']);
    expect(setting.parse('parent')).toEqual(['parent']);
  });

  it('refuses addresses at which no service can be reached', () => {
    for (const text of ['https://a', 'http://a/path', 'http://a?b', 'http://u:p@a', 'a:1', 'parent,http://a:1', 'http://a:1,'])
      expect(setting.safeParse(text).success).withContext(text).toBeFalse();
  });
});
