import { Linker } from '@graphtail/analysis';
import { put } from '../../../../packages/analysis/src/testing/code-base.ts';

const USERS = 40;
const OTHERS = 300;

describe('The set of files that are linked again after an edit', () => {
  let linker: Linker;

  beforeEach(() => {
    linker = new Linker();
    put(linker, 'hot.ts', 'export function hot(): number { return 1; }\nexport function second() { return { area() {} }; }');
    put(linker, 'barrel.ts', "export * from './hot';");
    for (let i = 0; i < USERS; i++) put(linker, `user${String(i)}.ts`, "import { hot } from './barrel';\nhot();");
    for (let i = 0; i < OTHERS; i++) {
      const next = String((i + 1) % OTHERS);
      put(linker, `other${String(i)}.ts`, `import { f${next} } from './other${next}';\nexport function f${String(i)}() { f${next}(); }`);
    }
    expect(linker.link().stats.relinked).toBe(USERS + OTHERS + 2);
  });

  function relinked(path: string, source: string): number {
    put(linker, path, source);
    return linker.link().stats.relinked;
  }

  it('is only the leaf that changed', () => {
    expect(relinked('user7.ts', "import { hot } from './barrel';\n\nif (hot()) hot();")).toBe(1);
  });

  it('is only the hot file if its body, lines or comments change, and also its barrel file if no user depends on the change', () => {
    const rest = 'export function second() { return { area() {} }; }';
    expect(relinked('hot.ts', `// why\n\nexport function hot(): number { const x = 2; return x; }\n${rest}`)).toBe(1);
    expect(relinked('hot.ts', 'export function hot(): number { return 1; }\nexport function second() { return { grow() {} }; }')).toBe(2);
  });

  it('is the hot file and exactly those users that use the changed part', () => {
    const rest = 'export function second() { return { area() {} }; }';
    expect(relinked('hot.ts', `export function warm(): number { return 1; }\n${rest}`)).toBeLessThanOrEqual(USERS + 2);
    expect(relinked('hot.ts', `export function hot(): string { return ''; }\n${rest}`)).toBeGreaterThanOrEqual(USERS);
  });

  it('is one link of a long chain and its callers, not the whole chain', () => {
    expect(relinked('other100.ts', 'export const f100 = () => {};')).toBe(2);
  });

  it('is empty if a new file is not imported, or a changed configuration leads no specifier elsewhere', () => {
    expect(relinked('new.ts', 'export const fresh = 1;')).toBe(1);
    expect(relinked('tsconfig.json', '{ "compilerOptions": { "paths": { "#nowhere/*": ["./x/*"] } } }')).toBe(0);
    expect(relinked('package.json', '{ "name": "anything" }')).toBe(0);
  });
});
