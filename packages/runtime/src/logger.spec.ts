import { createLogger } from './logger.ts';

describe('logger', () => {
  it('writes one JSON object a line, with the level as a word and without secrets', () => {
    const lines: string[] = [];
    const logger = createLogger('notifier', 'info', { write: (line) => lines.push(line) });
    logger.info({ token: 'hunter2', request: { authorization: 'Bearer hunter2' } }, 'hello');
    logger.debug('not written');
    expect(lines.length).toBe(1);
    const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(line).toEqual(jasmine.objectContaining({ level: 'info', service: 'notifier', msg: 'hello', token: '[secret]' }));
    expect(lines[0]).not.toContain('hunter2');
  });
});
