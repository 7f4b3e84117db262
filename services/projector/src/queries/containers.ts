/** Containers of code that can be compared: a file, the folder it is in, or the package it belongs to. */
export const LEVELS = ['file', 'folder', 'package'] as const;
export type Level = (typeof LEVELS)[number];

/** Folders whose subfolders are packages of their own, in the usual layouts of repositories with several packages. */
const OF_PACKAGES = new Set([
  'packages',
  'apps',
  'services',
  'libs',
  'modules',
  'crates',
  'plugins',
  'extensions',
  'cmd',
  'internal',
  'pkg',
]);
const TOP = '.';

/**
 * The container of a file at a level. A package is a subfolder of a folder that is named for holding packages (`packages/x`,
 * `apps/x`, `crates/x`, …), else the first folder of the path. `.` is the top folder.
 */
export function containerOf(path: string, level: Level): string {
  if (level === 'file') return path;
  const folders = path.split('/').slice(0, -1);
  if (level === 'folder') return folders.join('/') || TOP;
  const holder = folders.slice(0, -1).findIndex((folder) => OF_PACKAGES.has(folder));
  return folders.slice(0, holder + 2).join('/') || TOP;
}

/** The last part of a container's path. */
export function nameOf(container: string): string {
  return container.slice(container.lastIndexOf('/') + 1);
}

/** Whether a container is a folder or below it. */
export function isUnder(container: string, folder: string): boolean {
  return folder === TOP || folder === '' || container === folder || container.startsWith(`${folder}/`);
}
