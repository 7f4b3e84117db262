import { readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, dirname, join, matchesGlob, resolve } from 'node:path';
import type * as Esbuild from 'esbuild';

/** Packages with native parts are not bundled. */
const EXTERNAL = ['@parcel/watcher', '@ast-grep/*'];
/** CommonJS packages in a bundle load Node's own modules by `require`. */
const BANNER = "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);";
/** A file next to a module: a worker thread's program, or data. */
const BESIDE = /new URL\('(?:\.\/)?(?<name>[\w.-]+)', import\.meta\.url\)/g;

/** Whether bundles leave a package out, so that it has to be installed beside them. */
export function isLeftOut(name: string): boolean {
  return EXTERNAL.some((pattern) => matchesGlob(name, pattern));
}

/**
 * Bundles a program into one file, for Node 22 and newer, and each worker thread that it starts into another.
 * @returns the source files
 */
export async function bundle(esbuild: typeof Esbuild, entry: string, out: string): Promise<ReadonlySet<string>> {
  const workers = new Set<string>();
  const files = new Set<string>();
  const make = async (entryPoints: readonly string[]): Promise<void> => {
    const { metafile } = await esbuild.build({
      entryPoints: [...entryPoints],
      outdir: out,
      entryNames: '[name]',
      bundle: true,
      platform: 'node',
      mainFields: ['module', 'main'],
      format: 'esm',
      target: 'node22',
      banner: { js: BANNER },
      external: EXTERNAL,
      plugins: [filesBeside(out, workers)],
      minifySyntax: true,
      minifyWhitespace: true,
      keepNames: true,
      legalComments: 'none',
      logLevel: 'warning',
      metafile: true,
    });
    for (const path of Object.keys(metafile.inputs)) files.add(resolve(path));
  };
  await make([entry]);
  if (workers.size > 0) await make([...workers]);
  return files;
}

/** Files that a module expects next to itself are put next to the bundle: worker threads as bundles of their own, data unchanged. */
function filesBeside(out: string, workers: Set<string>): Esbuild.Plugin {
  return {
    name: 'files-beside',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const names = [...text.matchAll(BESIDE)].map(({ groups }) => groups!['name']!);
        for (const name of names) {
          const file = join(dirname(path), name);
          if (name.endsWith('.ts')) workers.add(file);
          else await copyFile(file, join(out, basename(file)));
        }
        const contents = text.replaceAll(BESIDE, (_, name: string) => `new URL('./${name.replace(/\.ts$/, '.js')}', import.meta.url)`);
        return { contents, loader: 'ts' };
      });
    },
  };
}
