import { globSync } from 'node:fs';
import { folderViolations, intrusions } from './folders.ts';
import { parseSource, readSource, ROOT, sourceFiles } from './imports.ts';

const SRC = 'packages/analysis/src';

describe('the folders of packages/analysis', () => {
  it('import one another in one direction', () => {
    expect(sourceFiles().flatMap((file) => folderViolations(readSource(file)))).toEqual([]);
  });

  it('are entered from outside through the index', () => {
    const outside = globSync('{tests,bench,scripts}/**/*.ts', { cwd: ROOT });
    expect([...sourceFiles(), ...outside].flatMap((file) => intrusions(readSource(file)))).toEqual([]);
    const reach = (file: string, specifier: string) => intrusions(parseSource(file, `import { x } from '${specifier}';`)).length > 0;
    expect(reach('services/ingest/src/a.spec.ts', '../../../packages/analysis/src/linker/linker.ts')).toBeTrue();
    expect(reach('bench/a.ts', '../packages/analysis/src/index.ts')).toBeTrue();
    expect(reach('services/ingest/src/a.spec.ts', '../../../packages/analysis/src/testing/output-of.ts')).toBeFalse();
  });

  const breaks = (file: string, specifier: string) =>
    folderViolations(parseSource(`${SRC}/${file}`, `import type { X } from '${specifier}';`)).length > 0;

  it('forbid a reader to import the resolution, or another reader', () => {
    expect(breaks('languages/ruby/a.ts', '../../resolution/modules/ruby.ts')).toBeTrue();
    expect(breaks('languages/ruby/a.ts', '../python/python.ts')).toBeTrue();
    expect(breaks('languages/ecmascript/recovery/a.ts', '../parse.ts')).toBeFalse();
    expect(breaks('languages/ruby/a.ts', '../tree-sitter/reader.ts')).toBeFalse();
    expect(breaks('languages/ruby/a.ts', '../../extraction/specifiers/ruby.ts')).toBeFalse();
  });

  it('forbid what points back: from the extraction to readers, from the resolution to seams, from seams to the linker', () => {
    expect(breaks('extraction/a.ts', '../languages/languages.ts')).toBeTrue();
    expect(breaks('resolution/types/a.ts', '../relationships/targets.ts')).toBeTrue();
    expect(breaks('resolution/relationships/a.ts', '../../seams/texts.ts')).toBeTrue();
    expect(breaks('seams/frameworks/a.ts', '../../linker/linker.ts')).toBeTrue();
    expect(breaks('seams/a.ts', '../resolution/types/members.ts')).toBeFalse();
  });

  it('have a rule each', () => {
    expect(folderViolations(parseSource(`${SRC}/more/a.ts`, ''))).toEqual([`${SRC}/more/a.ts is in no folder that has a rule`]);
  });
});
