import { z } from 'zod';
import { baseConfig, ConfigError, flag, helpText, readConfig, variableName } from './config.ts';
import { DEFAULT_LIMITS } from './limits/limits-config.ts';

const schema = baseConfig.extend({
  dashboardDir: z.string().optional().describe('where the dashboard is'),
  watch: flag(true).describe('watch'),
});

describe('config', () => {
  it('names a variable after its key', () => {
    expect(variableName('dashboardDir')).toBe('GRAPHTAIL_DASHBOARD_DIR');
  });

  it('reads variables, converts them, and treats an empty one as not set', () => {
    const config = readConfig(schema, { GRAPHTAIL_PORT: '8001', GRAPHTAIL_WATCH: 'false', GRAPHTAIL_HOST: '' });
    expect(config).toEqual({
      redisUrl: 'redis://127.0.0.1:6379',
      host: '127.0.0.1',
      port: 8001,
      allowHost: [],
      insecure: false,
      trustedProxies: ['127.0.0.0/8', '::1'],
      ...DEFAULT_LIMITS,
      logLevel: 'info',
      watch: false,
    });
  });

  it('names every invalid variable, and never shows its value', () => {
    const read = () => readConfig(schema, { GRAPHTAIL_PORT: '99999', GRAPHTAIL_REDIS_URL: 'http://user:hunter2@host' });
    expect(read).toThrowMatching((error: unknown) => {
      if (!(error instanceof ConfigError)) return false;
      return /GRAPHTAIL_REDIS_URL.*GRAPHTAIL_PORT/.test(error.message) && !error.message.includes('hunter2');
    });
  });

  it('makes the help text from the same definitions', () => {
    const help = helpText('gateway', schema);
    expect(help).toContain('GRAPHTAIL_PORT               port to listen on; 0 takes a free one (default: 0)');
    expect(help).toContain('GRAPHTAIL_DASHBOARD_DIR      where the dashboard is\n');
  });
});
