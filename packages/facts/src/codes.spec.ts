import { CLOSE_CODES, CURSOR_CODES, type Code } from './codes.ts';

describe('A close code', () => {
  it('[E2] says why a WebSocket was closed, as listed in docs/PROTOCOL.md', () => {
    const told: Partial<Record<Code, number>> = {
      BAD_REQUEST: 4400,
      UNAUTHORIZED: 4401,
      FORBIDDEN: 4403,
      UNKNOWN_GRAPH: 4404,
      CONSUMER_TOO_SLOW: 4408,
      CONSUMER_REPLACED: 4409,
      RATE_LIMITED: 4429,
      INTERNAL: 1011,
      UNAVAILABLE: 1013,
    };
    expect(CLOSE_CODES).toEqual(jasmine.objectContaining(told));
    expect(CURSOR_CODES.map((code) => CLOSE_CODES[code])).toEqual([4409, 4409, 4409, 4409]);
  });
});
