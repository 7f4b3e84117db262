import { parseSource, readSource, sourceFiles, workspaceOf } from './imports.ts';
import { violations, WORKSPACES } from './rules.ts';

describe('the direction of imports', () => {
  it('holds in every source file', () => {
    expect(sourceFiles().flatMap((file) => violations(readSource(file)))).toEqual([]);
  });

  it('covers every workspace', () => {
    const unknown = sourceFiles().filter((file) => !WORKSPACES.includes(workspaceOf(file)));
    expect(unknown).toEqual([]);
  });

  const breaks = (file: string, text: string) => violations(parseSource(file, text)).length > 0;

  it('is broken by a service that imports another, by name or by path', () => {
    expect(breaks('services/notifier/src/a.ts', "import { x } from '@graphtail/ingest';")).toBeTrue();
    expect(breaks('services/notifier/src/a.ts', "export * from '../../ingest/src/view.ts';")).toBeTrue();
    expect(breaks('services/notifier/src/a.ts', "const x = await import('../../ingest/src/view.ts');")).toBeTrue();
    expect(breaks('services/notifier/src/a.ts', "let x: import('../../ingest/src/view.ts').View;")).toBeTrue();
    expect(breaks('services/notifier/src/a.ts', "import { openLog } from '@graphtail/log'; // '@graphtail/ingest'")).toBeFalse();
  });

  it('is broken by an import against the direction', () => {
    expect(breaks('packages/facts/src/a.ts', "import { openLog } from '@graphtail/log';")).toBeTrue();
    expect(breaks('packages/log/src/a.ts', "import { createLogger } from '@graphtail/runtime';")).toBeTrue();
    expect(breaks('packages/runtime/src/a.ts', "import { connect } from '@graphtail/client';")).toBeTrue();
    expect(breaks('dashboard/src/a.ts', "import { openLog } from '@graphtail/log';")).toBeTrue();
    expect(breaks('services/projector/src/a.ts', "import { connect } from '@graphtail/client';")).toBeTrue();
    expect(breaks('cli/src/a.ts', "import { connect } from '@graphtail/client';")).toBeFalse();
  });

  it("is broken by Node's modules in code that runs in browsers", () => {
    expect(breaks('packages/client/src/a.ts', "import { once } from 'node:events';")).toBeTrue();
    expect(breaks('packages/facts/src/a.ts', "import type { Buffer } from 'node:buffer';")).toBeTrue();
    expect(breaks('packages/client/src/a.spec.ts', "import { once } from 'node:events';")).toBeFalse();
  });

  it('is broken by reading the environment outside of main.ts', () => {
    expect(breaks('services/ingest/src/jobs.ts', 'const x = process.env.HOME;')).toBeTrue();
    expect(breaks('services/ingest/src/main.ts', 'const x = process.env.HOME;')).toBeFalse();
  });
});
