import { mkdtemp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const LAYERS = 14;
const PER_LAYER = 12;
const CLASSES = 120;
const METHODS = 20;
const LONG_NAME = `f${'LongName'.repeat(24)}`;

/** File names that need escaping somewhere: in ids, URLs, globs, terminals or HTML. */
const ODD_FILES = [
  'src/odd/two words.ts',
  'src/odd/[id]/page.ts',
  'src/odd/(group)/layout.ts',
  'src/odd/100%/half#hash.ts',
  'src/odd/{a,b}.ts',
  'src/odd/*star*.ts',
  'src/odd/what?.ts',
  'src/odd/naïve-Ünïcode-😀.ts',
  `src/odd/quote"and'apostrophe.ts`,
  'src/odd/back\\slash.ts',
  'src/odd/<script>alert(1)<.ts',
  'src/odd/\u001b[31mred.ts',
  'src/odd/__proto__.ts',
  'src/odd/constructor.ts',
  `src/odd/${'a'.repeat(120)}.ts`,
  `src/odd/${'deep/'.repeat(30)}end.ts`,
];

/** Ids of the codebase's nodes, by what makes a question about them expensive or odd. */
export const NODES = {
  /** Called by every function and method. */
  hub: 'src/hub.ts#log',
  /** Each function of a layer calls every function of the next: the number of ways through grows with each layer. */
  top: 'src/layers/layer0.ts#step0_0',
  bottom: `src/layers/layer${String(LAYERS - 1)}.ts#step${String(LAYERS - 1)}_0`,
  file: 'src/hub.ts',
  class: 'src/classes/class0.ts#Class0',
  method: 'src/classes/class0.ts#Class0.method1',
  longName: `src/hub.ts#${LONG_NAME}`,
  oddFile: 'src/odd/100%25/half%23hash.ts',
} as const;

/**
 * Writes a TypeScript codebase of some thousand nodes and many thousand relationships, made so that questions about it are expensive: one hub that everything
 * calls, layers of which each calls the whole next one, long names, and file names that need escaping. Returns its folder.
 */
export async function writeCodebase(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'graphtail-fuzz-source-'));
  const files = [...layers(), ...classes(), ['src/hub.ts', hub()] as const, ...ODD_FILES.map((path, i) => [path, odd(path, i)] as const)];
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

function hub(): string {
  return `/** Everything calls this. */
export function log(text: string): void {
  void text;
}
export function ${LONG_NAME}(): void {
  log('long');
}
`;
}

function* layers(): Generator<readonly [string, string]> {
  for (let layer = 0; layer < LAYERS; layer++) {
    const next = layer + 1 < LAYERS ? functionNames(layer + 1) : [];
    const imports = next.length === 0 ? '' : `import { ${next.join(', ')} } from './layer${String(layer + 1)}.ts';\n`;
    const calls = next.map((name) => `  ${name}();\n`).join('');
    const bodies = functionNames(layer).map((name) => `export function ${name}(): void {\n  log('${name}');\n${calls}}\n`);
    yield [`src/layers/layer${String(layer)}.ts`, `import { log } from '../hub.ts';\n${imports}${bodies.join('')}`];
  }
}

function functionNames(layer: number): string[] {
  return Array.from({ length: PER_LAYER }, (_, i) => `step${String(layer)}_${String(i)}`);
}

function* classes(): Generator<readonly [string, string]> {
  for (let i = 0; i < CLASSES; i++) {
    const methods = Array.from(
      { length: METHODS },
      (_, m) =>
        `  /** Does ${String(m)}. */\n  method${String(m)}(): void {\n    log('m');\n    this.method${String((m + 1) % METHODS)}();\n  }\n`,
    );
    yield [
      `src/classes/class${String(i)}.ts`,
      `import { log } from '../hub.ts';\nexport class Class${String(i)} {\n${methods.join('')}}\n`,
    ];
  }
}

function odd(path: string, i: number): string {
  const up = '../'.repeat(path.split('/').length - 2);
  return `import { log } from '${up}hub.ts';\nexport function odd${String(i)}(): void {\n  log('odd');\n}\n`;
}
