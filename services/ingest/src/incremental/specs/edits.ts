import { dirname, extname, join } from 'node:path';
import type { WorkTree } from './work-tree.ts';

/** Returns an integer from 0 to `bound` - 1. */
export type Pick = (bound: number) => number;
export type Edit = (tree: WorkTree, pick: Pick) => Promise<void>;

const SOURCE = /\.(?:[cm]?[jt]sx?|py|go|java|cs|php|rb)$/;
const CONFIG = /(?:^|\/)(?:package\.json|tsconfig[\w.-]*\.json|go\.mod|pyproject\.toml)$/;
const DECLARED = /\b(?:function|class|const|interface|type|enum|def|func)\s+([A-Za-z_]\w*)/g;

function one<Value>(values: readonly Value[], pick: Pick): Value | undefined {
  return values[pick(values.length)];
}

/** An edit that changes the lines of one source file. */
function ofLines(change: (lines: string[], pick: Pick, tree: WorkTree) => string[] | Promise<string[]>): Edit {
  return async (tree, pick) => {
    const path = one(sourcesOf(tree), pick);
    if (path === undefined) return;
    const lines = (await tree.read(path)).split('\n');
    await tree.write(path, (await change(lines, pick, tree)).join('\n'));
  };
}

function sourcesOf(tree: WorkTree): string[] {
  return tree.files().filter((path) => SOURCE.test(path));
}

function foldersOf(tree: WorkTree): string[] {
  return [...new Set(sourcesOf(tree).map((path) => dirname(path)))].filter((folder) => folder !== '.');
}

/** A path that does not exist yet. */
function freePath(tree: WorkTree, wanted: string): string {
  const extension = extname(wanted);
  for (let i = 0; ; i++) {
    const path = i === 0 ? wanted : `${wanted.slice(0, wanted.length - extension.length)}-${String(i)}${extension}`;
    if (!tree.has(path)) return path;
  }
}

async function renameDeclaration(tree: WorkTree, pick: Pick): Promise<void> {
  const path = one(sourcesOf(tree), pick);
  if (path === undefined) return;
  const text = await tree.read(path);
  const name = one(
    [...text.matchAll(DECLARED)].map(([, declared]) => declared!),
    pick,
  );
  if (name !== undefined) await tree.write(path, text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${name}2`));
}

async function ignoreSomething(tree: WorkTree, pick: Pick): Promise<void> {
  const path = one(['.gitignore', '.graphignore', join(one(foldersOf(tree), pick) ?? '', '.gitignore')], pick)!;
  if (tree.has(path) && pick(2) === 0) return tree.remove(path);
  const folder = dirname(path);
  const below = sourcesOf(tree).filter((file) => folder === '.' || file.startsWith(`${folder}/`));
  const file = one(below, pick) ?? 'x.ts';
  const rule = one([file.slice(file.lastIndexOf('/') + 1), `${dirname(file).split('/').at(-1)!}/`, `*${extname(file)}`, '!*.ts'], pick)!;
  await tree.write(path, `${rule}\n`);
}

async function changeConfig(tree: WorkTree, pick: Pick): Promise<void> {
  const path = one(
    tree.files().filter((file) => CONFIG.test(file)),
    pick,
  );
  if (path === undefined) return;
  if (pick(6) === 0) return tree.remove(path);
  const text = await tree.read(path);
  const folders = foldersOf(tree);
  if (path.endsWith('package.json')) {
    const fields = [`"name": "${one(folders, pick) ?? 'x'}"`, `"exports": "./${one(sourcesOf(tree), pick) ?? 'x'}"`, '"workspaces": ["*"]'];
    await tree.write(path, text.replace('{', `{ ${one(fields, pick)!},`));
  } else if (path.endsWith('.json')) {
    const paths = `"paths": { "@/*": ["./${one(folders, pick) ?? '.'}/*"] }`;
    await tree.write(path, `{ "compilerOptions": { "baseUrl": "${one(['.', ...folders], pick)!}", ${paths} } }`);
  } else await tree.write(path, `${text}\n`.replace(/^module .*$/m, `module example.com/m${String(pick(3))}`));
}

/** One edit of each kind that people and their tools make. */
export const EDITS = {
  renameDeclaration,
  ignoreSomething,
  changeConfig,
  deleteLines: ofLines((lines, pick) => lines.toSpliced(pick(lines.length), 1 + pick(5))),
  repeatLines: ofLines((lines, pick) => {
    const at = pick(lines.length);
    return lines.toSpliced(pick(lines.length), 0, ...lines.slice(at, at + 1 + pick(30)));
  }),
  takeLinesFromElsewhere: ofLines(async (lines, pick, tree) => {
    const other = (await tree.read(one(sourcesOf(tree), pick)!)).split('\n');
    const at = pick(other.length);
    return lines.toSpliced(pick(2) === 0 ? 0 : pick(lines.length), 0, ...other.slice(at, at + 1 + pick(40)));
  }),
  swapLines: ofLines((lines, pick) => {
    const at = pick(lines.length);
    return lines.toSpliced(at, 2, ...lines.slice(at, at + 2).reverse());
  }),
  moveDown: ofLines((lines) => ['', ...lines]),
  conflict: ofLines((lines, pick) => {
    const at = pick(lines.length);
    const [ours, theirs] = [lines.slice(at, at + 3), lines.slice(at + 1, at + 4)];
    return lines.toSpliced(at, 3, '<<<<<<< HEAD', ...ours, '=======', ...theirs, '>>>>>>> other');
  }),
  settleConflicts: ofLines((lines) => lines.filter((line) => !/^(?:<<<<<<<|=======|>>>>>>>)/.test(line))),
  cutOff: ofLines((lines, pick) => lines.slice(0, pick(lines.length))),
  lineEnds: ofLines((lines, pick) =>
    lines.map((line, i) => (pick(2) === 0 && !line.endsWith('\r') ? `${line}\r` : i === 0 ? `\ufeff${line}` : line)),
  ),
  async remove(tree, pick) {
    const path = one(sourcesOf(tree), pick);
    if (path !== undefined) await tree.remove(path);
  },
  async copy(tree, pick) {
    const from = one(sourcesOf(tree), pick);
    if (from !== undefined)
      await tree.write(freePath(tree, join(one(foldersOf(tree), pick) ?? '', from.split('/').at(-1)!)), await tree.read(from));
  },
  async rename(tree, pick) {
    const from = one(sourcesOf(tree), pick);
    if (from === undefined) return;
    const name = from.split('/').at(-1)!;
    const names = [name, name.toUpperCase().replace(extname(from).toUpperCase(), extname(from)), `index${extname(from)}`, `a-${name}`];
    await tree.move(from, freePath(tree, join(one([dirname(from), ...foldersOf(tree)], pick)!, one(names, pick)!)));
  },
  async exchange(tree, pick) {
    const [a, b] = [one(sourcesOf(tree), pick), one(sourcesOf(tree), pick)];
    if (a === undefined || b === undefined || a === b) return;
    await tree.move(a, `${a}.swap`);
    await tree.move(b, a);
    await tree.move(`${a}.swap`, b);
  },
  async moveFolder(tree, pick) {
    const from = one(foldersOf(tree), pick);
    if (from === undefined) return;
    const to = freePath(tree, join(one(['', ...foldersOf(tree)], pick)!, `${from.split('/').at(-1)!}${one(['', '-moved'], pick)!}`));
    if (!to.startsWith(`${from}/`)) await tree.move(from, to);
  },
  async removeFolder(tree, pick) {
    const small = foldersOf(tree).filter((folder) => sourcesOf(tree).filter((path) => path.startsWith(`${folder}/`)).length < 12);
    const folder = one(small, pick);
    if (folder !== undefined) await tree.remove(folder);
  },
  async fileBecomesFolder(tree, pick) {
    const path = one(sourcesOf(tree), pick);
    if (path === undefined) return;
    const text = await tree.read(path);
    await tree.remove(path);
    await tree.write(join(path, `index${extname(path)}`), text);
  },
  async folderBecomesFile(tree, pick) {
    const folder = one(
      foldersOf(tree).filter((each) => SOURCE.test(each)),
      pick,
    );
    if (folder === undefined) return;
    const text = await tree.read(one(sourcesOf(tree), pick)!);
    await tree.remove(folder);
    await tree.write(folder, text);
  },
  async saveTwice(tree, pick) {
    const path = one(sourcesOf(tree), pick);
    if (path === undefined) return;
    const text = await tree.read(path);
    await tree.remove(path);
    await tree.write(path, `${text}\n`);
    await tree.write(path, text);
  },
  async commit(tree) {
    await tree.commitAll('work');
  },
  async branch(tree, pick) {
    await tree.commitAll('before branching');
    const branches = (await tree.git('branch', '--format=%(refname:short)')).split('\n');
    if (branches.length < 4) await tree.git('checkout', '-q', '-b', `b${String(branches.length)}`);
    else await tree.git('checkout', '-q', one(branches, pick)!);
  },
  async backInTime(tree, pick) {
    await tree.commitAll('before going back');
    const commits = (await tree.git('log', '--all', '--format=%H', '-n', '40')).split('\n');
    await tree.git('checkout', '-q', '-B', 'past', one(commits, pick)!);
  },
  async merge(tree, pick) {
    await tree.commitAll('before merging');
    const branches = (await tree.git('branch', '--format=%(refname:short)')).split('\n');
    // A conflict leaves its markers in the files, which this edit is meant to do.
    await tree.git('merge', '-q', '--no-edit', one(branches, pick)!).catch(() => undefined);
  },
  async stash(tree) {
    await tree.git('stash', '-q', '-u').catch(() => undefined);
    await tree.git('stash', 'pop', '-q').catch(() => undefined);
  },
  async throwAway(tree) {
    await tree.git('reset', '-q', '--hard');
    await tree.git('clean', '-q', '-fd');
  },
} as const satisfies Record<string, Edit>;

export type EditKind = keyof typeof EDITS;
export const EDIT_KINDS = Object.keys(EDITS) as EditKind[];
