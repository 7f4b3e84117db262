import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi } from '@graphtail/client';
import { Option, type Command } from 'commander';
import { GitObjects } from '../diff/git-tree.ts';
import { changedFiles, reportOf, type DiffReport } from '../diff/report.ts';
import { asMarkdown, asText } from '../diff/written.ts';
import { analysedOnce, completedOrThrow, foldedTo } from '../once/once.ts';
import type { Parts } from '../parts/parts.ts';
import { printableLines } from '../printable.ts';
import { UserError } from '../user-error.ts';
import { followUntilEnd } from './analysis-end.ts';

const FORMATS = { text: asText, json: (report: DiffReport) => `${JSON.stringify(report)}\n`, markdown: asMarkdown } as const;
type Format = keyof typeof FORMATS;

const HELP = `
Both commits are read from the repository of the working directory and analysed in a
temporary folder. The work tree and the index are not touched, and nothing is left behind.
A revision is anything that git understands: main, HEAD~3, a hash, origin/main.

Exit codes: 0 the report is printed; 1 not.`;

/** `graphtail diff`: says what the change from one commit to another does to the graph. */
export function register(program: Command, host: NodeJS.Process, parts: Parts): void {
  program
    .command('diff')
    .description('say what the change between two commits does to the graph')
    .argument('<base>', 'the commit before')
    .argument('[head]', 'the commit after', 'HEAD')
    .addOption(new Option('--format <name>', 'how it is written').choices(Object.keys(FORMATS)).default('text'))
    .addHelpText('after', HELP)
    .action((base: string, head: string, { format }: { format: Format }) => diff(base, head, format, host, parts));
}

async function diff(base: string, head: string, format: Format, host: NodeJS.Process, parts: Parts): Promise<void> {
  const git = new GitObjects(host.cwd());
  const commits = { base: await git.commit(base), head: await git.commit(head) };
  const [before, after] = [await git.tree(commits.base), await git.tree(commits.head)];
  const folder = await mkdtemp(join(tmpdir(), 'graphtail-diff-'));
  const root = join(folder, 'diff');
  try {
    await mkdir(root);
    await git.write(root, new Map(), before);
    await analysedOnce(root, { host, parts }, async ({ url, graph }, { fact: { offset: from } }) => {
      const api = createApi(url);
      await git.write(root, before, after);
      const { analysis_id: analysisId } = await api.reanalyze({ graph });
      const end = await followUntilEnd({ url }, { graph, after: from, analysisId });
      if (end === undefined) throw new UserError('Stopped before the analysis was over.');
      const { offset: to } = completedOrThrow(end, graph).fact;
      await foldedTo(api, graph, to);
      const written = FORMATS[format](await reportOf(api, { graph, from, to }, commits, changedFiles(before, after)));
      host.stdout.write(format === 'json' ? written : `${printableLines(written.trimEnd())}\n`);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
