import { circlesOf, covers, EXCEPTIONS, isExcepted } from './circles.ts';
import { parseSource, readSource, sourceFiles } from './imports.ts';
import { isSpec } from './rules.ts';

describe('circles of imports', () => {
  const found = circlesOf(
    sourceFiles()
      .filter((file) => !isSpec(file))
      .map(readSource),
  );

  it('do not exist in any workspace, but for the named ones', () => {
    expect(found.filter((circle) => !isExcepted(circle)).map((circle) => circle.join(' ↔ '))).toEqual([]);
  });

  it('are named only as long as they exist', () => {
    expect(EXCEPTIONS.filter((exception) => !found.some((circle) => covers(exception, circle)))).toEqual([]);
  });

  const circles = (sources: Readonly<Record<string, string>>) =>
    circlesOf(Object.entries(sources).map(([file, text]) => parseSource(file, text)));

  it('are found however long they are, also by types alone', () => {
    const sources = {
      'cli/src/a.ts': "import { b } from './x/b.ts';",
      'cli/src/x/b.ts': "import type { C } from '../c.ts';",
      'cli/src/c.ts': "export * from './a.ts';",
      'cli/src/d.ts': "import { a } from './a.ts';",
    };
    expect(circles(sources)).toEqual([['cli/src/a.ts', 'cli/src/c.ts', 'cli/src/x/b.ts']]);
    expect(circles({ ...sources, 'cli/src/c.ts': '' })).toEqual([]);
  });

  it("are found through a package's name", () => {
    const sources = { 'packages/facts/src/index.ts': "export * from './a.ts';", 'packages/facts/src/a.ts': "import '@graphtail/facts';" };
    expect(circles(sources)).toEqual([['packages/facts/src/a.ts', 'packages/facts/src/index.ts']]);
  });

  it('are excepted only as a whole: a named one that grows is a new one', () => {
    const [first] = EXCEPTIONS;
    const inside = `${first!.within[0]!}a.ts`;
    expect(isExcepted([inside, `${first!.within[0]!}b.ts`])).toBeTrue();
    expect(isExcepted([inside, 'packages/analysis/src/linker/linker.ts'])).toBeFalse();
  });
});
