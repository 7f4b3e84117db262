import { EventEmitter } from 'node:events';
import type { Response } from 'express';
import { EventStreamSink } from './sse.ts';

describe('an event stream that was ended', () => {
  beforeEach(() => jasmine.clock().install());
  afterEach(() => jasmine.clock().uninstall());

  it('is let go of where its peer does not take the end of it within 30 s', () => {
    const destroyed: string[] = [];
    const stream = (name: string) =>
      Object.assign(new EventEmitter(), { socket: null, end: () => undefined, destroy: () => destroyed.push(name) });
    const [stalled, reading] = [stream('stalled'), stream('reading')];
    for (const one of [stalled, reading]) new EventStreamSink(one as unknown as Response, () => undefined).close({ kind: 'reached' });
    reading.emit('close');
    jasmine.clock().tick(29_999);
    const before = [...destroyed];
    jasmine.clock().tick(1);

    expect(before).toEqual([]);
    expect(destroyed).toEqual(['stalled']);
  });
});
