import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import * as esbuild from 'esbuild';
import { z } from 'zod';
import { bundle, isLeftOut } from './bundle.ts';
import { buildDashboard, DASHBOARD_BUILD } from './dashboard.ts';
import { noticesOf } from './notices.ts';
import { entryOf, serviceNames } from './services.ts';

const ROOT = join(import.meta.dirname, '../..');
const DIST = join(ROOT, 'dist');
/** The files to pack. */
const STAGE = join(DIST, 'package');
/** The first Node version with its compression and SQLite without a flag. */
const LEAST_NODE = '22.15.0';

const Manifest = z.object({
  version: z.string(),
  description: z.string(),
  license: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
});

/**
 * `npm run package`: makes `dist/graphtail-<version>.tgz`, the npm package of the `graphtail` command. All of it is built: JavaScript, and
 * no dependency but those with native parts.
 */
async function main(): Promise<void> {
  await rm(STAGE, { recursive: true, force: true });
  await mkdir(STAGE, { recursive: true });
  const programs = [
    { entry: join(ROOT, 'cli/src/installed/main.ts'), out: join(STAGE, 'cli') },
    ...(await serviceNames()).map((name) => ({ entry: entryOf(name), out: join(STAGE, 'services', name) })),
  ];
  for (const { out } of programs) await mkdir(out, { recursive: true });
  const [bundled] = await Promise.all([
    Promise.all(programs.map(({ entry, out }) => bundle(esbuild, entry, out))),
    copyDashboard(join(STAGE, 'dashboard')),
  ]);
  const files = new Set(bundled.flatMap((each) => [...each]));
  await mkdir(join(STAGE, 'bin'));
  await copyFile(join(ROOT, 'cli/bin/installed.js'), join(STAGE, 'bin/graphtail.js'));
  await chmod(join(STAGE, 'bin/graphtail.js'), 0o755);
  for (const name of ['cli/README.md', 'LICENSE', 'CHANGELOG.md']) await copyFile(join(ROOT, name), join(STAGE, basename(name)));
  await writeFile(join(STAGE, 'NOTICES.txt'), await noticesOf(files, join(ROOT, 'node_modules')));
  await writeFile(join(STAGE, 'package.json'), `${JSON.stringify(await manifestOfPackage(), undefined, 2)}\n`);
  const npm = ['pack', '--silent', '--pack-destination', DIST];
  const name = execFileSync('npm', npm, { cwd: STAGE, encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
  console.log(relative(process.cwd(), join(DIST, name)));
}

async function copyDashboard(to: string): Promise<void> {
  const log = join(DIST, 'dashboard-build.log');
  const outcome = await buildDashboard({ log, env: process.env, signal: new AbortController().signal, onBuild: () => undefined });
  if (outcome === 'failed' || outcome === 'absent') throw new Error(`The dashboard could not be built; see ${log}`);
  await cp(DASHBOARD_BUILD, to, { recursive: true });
}

/** It depends on what the bundles leave out, in the very versions of the workspaces. */
async function manifestOfPackage(): Promise<object> {
  const { version, description, license } = await manifestIn(ROOT);
  const workspaces = await Promise.all(
    globSync('{packages,services}/*/package.json', { cwd: ROOT }).map((path) => manifestIn(dirname(join(ROOT, path)))),
  );
  const left = workspaces.flatMap(({ dependencies }) => Object.entries(dependencies)).filter(([name]) => isLeftOut(name));
  return {
    name: 'graphtail',
    version,
    description,
    license,
    type: 'module',
    bin: { graphtail: 'bin/graphtail.js' },
    engines: { node: `>=${LEAST_NODE}` },
    files: await readdir(STAGE),
    dependencies: Object.fromEntries(left.sort()),
  };
}

async function manifestIn(folder: string): Promise<z.infer<typeof Manifest>> {
  return Manifest.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
}

await main();
