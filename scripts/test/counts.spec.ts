import { counts } from './counts.ts';

describe('the counts of a test runner', () => {
  it("come from Jasmine's summary", () => {
    expect(counts('..F\n\n31 specs, 2 failures\nFinished in 12 seconds\n')).toEqual({ passed: 29, failed: 2 });
    expect(counts('1 spec, 0 failures, 1 pending spec\n')).toEqual({ passed: 0, failed: 0 });
  });

  it("come from Karma's last line, colours or not", () => {
    const line =
      'Chrome Headless 156.0 (Linux 0.0.0): Executed 3 of 12 SUCCESS\r\u001b[32mChrome Headless: Executed 12 of 12 (2 FAILED) (0.1 secs)\u001b[39m\n';
    expect(counts(line)).toEqual({ passed: 10, failed: 2 });
  });

  it("come from Playwright's summary", () => {
    expect(counts('  1 failed\n    [chromium] › a.spec.ts\n  2 skipped\n  11 passed (5.3s)\n')).toEqual({ passed: 11, failed: 1 });
  });

  it('are zero if nothing was counted', () => {
    expect(counts('All matched files use Prettier code style!\n')).toEqual({ passed: 0, failed: 0 });
  });
});
