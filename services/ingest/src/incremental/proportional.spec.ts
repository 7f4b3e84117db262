import { Linker } from '@graphtail/analysis';
import { put } from '../../../../packages/analysis/src/testing/code-base.ts';

const USERS = 40;
const OTHERS = 300;

describe('What is linked again after an edit of a code base of some hundred files', () => {
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

  it('is a leaf alone', () => {
    expect(relinked('user7.ts', "import { hot } from './barrel';\n\nif (hot()) hot();")).toBe(1);
  });

  it('is a hot file alone where its body, lines or comments change, and its barrel where nobody uses what changes', () => {
    const rest = 'export function second() { return { area() {} }; }';
    expect(relinked('hot.ts', `// why\n\nexport function hot(): number { const x = 2; return x; }\n${rest}`)).toBe(1);
    expect(relinked('hot.ts', 'export function hot(): number { return 1; }\nexport function second() { return { grow() {} }; }')).toBe(2);
  });

  it('is a hot file and its users where what they use of it changes, and none besides', () => {
    const rest = 'export function second() { return { area() {} }; }';
    expect(relinked('hot.ts', `export function warm(): number { return 1; }\n${rest}`)).toBeLessThanOrEqual(USERS + 2);
    expect(relinked('hot.ts', `export function hot(): string { return ''; }\n${rest}`)).toBeGreaterThanOrEqual(USERS);
  });

  it('is a link of a long chain and who calls it, not the chain', () => {
    expect(relinked('other100.ts', 'export const f100 = () => {};')).toBe(2);
  });

  it('is nothing where a file comes that nobody names, or a config changes that leads nobody elsewhere', () => {
    expect(relinked('new.ts', 'export const fresh = 1;')).toBe(1);
    expect(relinked('tsconfig.json', '{ "compilerOptions": { "paths": { "#nowhere/*": ["./x/*"] } } }')).toBe(0);
    expect(relinked('package.json', '{ "name": "anything" }')).toBe(0);
  });
});
