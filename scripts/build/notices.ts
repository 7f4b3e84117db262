import { readFile, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';

const Manifest = z.object({ name: z.string(), version: z.string(), license: z.unknown() });
const LICENSE = /^(licen[cs]e|copying|notice)/i;

/** The licences of the packages that files come from, as their authors ask that they are passed on. @param modules the folder of installed packages */
export async function noticesOf(files: Iterable<string>, modules: string): Promise<string> {
  const folders = new Set([...files].map((file) => packageFolder(relative(modules, file))).filter((folder) => folder !== undefined));
  const notices = await Promise.all([...folders].sort().map((folder) => noticeOf(join(modules, folder))));
  return `This package contains code of the following packages.\n\n${notices.join('\n')}`;
}

/** `@scope/name` or `name`, in whichever folder of packages it lies; undefined for a file outside of it. */
function packageFolder(path: string): string | undefined {
  if (path.startsWith('..')) return undefined;
  const parts = path.split(sep);
  const last = parts.lastIndexOf('node_modules') + 1;
  return join(...parts.slice(0, last + (parts[last]?.startsWith('@') === true ? 2 : 1)));
}

async function noticeOf(folder: string): Promise<string> {
  const { name, version, license } = Manifest.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
  const texts = (await readdir(folder)).filter((file) => LICENSE.test(file)).sort();
  const written = await Promise.all(texts.map((file) => readFile(join(folder, file), 'utf8')));
  return [`${'─'.repeat(80)}\n${name} ${version} (${String(license)})\n`, ...written.map((text) => text.trim()), ''].join('\n');
}
