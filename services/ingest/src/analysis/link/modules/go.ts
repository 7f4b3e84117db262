import { packageId } from '@graphtail/facts/plain';
import type { ProjectConfig, SourceExtraction } from '../../extraction.ts';
import { directoryOf, joinPath, upwards } from '../paths.ts';
import type { SpecifierTarget } from '../resolve-specifier.ts';
import type { Contribution, ModuleSystem, Program } from './module-system.ts';

interface GoModule {
  readonly path: string;
  readonly folder: string;
}

/**
 * Go's packages: the files of a folder that name the same package are one. Import paths lead into the modules of the
 * program by their go.mod, `replace` with a folder included. https://go.dev/ref/mod
 */
export class GoModules implements ModuleSystem {
  #byFolder = new Map<string, ProjectConfig>();
  #modules: GoModule[] = [];

  configure(projects: ReadonlyMap<string, ProjectConfig>): void {
    this.#byFolder = new Map(
      [...projects].filter(([, { file }]) => file === 'go.mod').map(([path, project]) => [directoryOf(path), project]),
    );
    this.#modules = [...this.#byFolder].flatMap(([folder, { name }]) => (name === undefined ? [] : [{ path: name, folder }]));
  }

  contributions(path: string, { exports, packageName = '' }: SourceExtraction): Contribution[] {
    const folder = directoryOf(path);
    const group = packageKey(folder, packageName);
    const found: Contribution[] = exports.flatMap((entry) =>
      'name' in entry ? [{ group, name: entry.name, to: { path, name: entry.name } }] : [],
    );
    // Nobody can import a program or an external test.
    if (packageName !== 'main' && !packageName.endsWith('_test')) found.push({ group: folderKey(folder), to: { group } });
    return found;
  }

  resolve(program: Program, from: string, specifier: string): SpecifierTarget {
    if (specifier === 'builtin') return { packageId: packageId('go', 'builtin') };
    const folder = directoryOf(from);
    if (specifier.startsWith(OWN)) return existing(program, packageKey(folder, specifier.slice(OWN.length)));
    const own = this.#moduleAround(folder);
    let best: GoModule | undefined;
    for (const module of [...this.#replacements(own), ...this.#modules])
      if (isIn(specifier, module.path) && (best === undefined || module.path.length > best.path.length)) best = module;
    if (best !== undefined) {
      const target = joinPath(best.folder, specifier.slice(best.path.length));
      return target === undefined ? undefined : existing(program, folderKey(target));
    }
    const [first = ''] = specifier.split('/');
    if (specifier === 'C') return undefined;
    if (!first.includes('.')) return { packageId: packageId('go', specifier) };
    const required = (own?.project.requires ?? []).filter((path) => isIn(specifier, path)).sort((a, b) => b.length - a.length)[0];
    return { packageId: packageId('golang', required ?? specifier.split('/').slice(0, 3).join('/')) };
  }

  #moduleAround(folder: string): { folder: string; project: ProjectConfig } | undefined {
    for (const each of upwards(folder)) {
      const project = this.#byFolder.get(each);
      if (project !== undefined) return { folder: each, project };
    }
    return undefined;
  }

  #replacements(own: { folder: string; project: ProjectConfig } | undefined): GoModule[] {
    return (own?.project.maps ?? []).flatMap(([path, target]) => {
      const folder = target.startsWith('.') ? joinPath(own!.folder, target) : undefined;
      return folder === undefined ? [] : [{ path, folder }];
    });
  }
}

/** How a file means the package that it is part of: with the package's name after it. */
export const OWN = './';

function packageKey(folder: string, name: string): string {
  return `go:${folder} ${name}`;
}

/** What importing a folder gives. */
function folderKey(folder: string): string {
  return `go folder:${folder}`;
}

function existing(program: Program, group: string): SpecifierTarget {
  return program.hasGroup(group) ? { group } : undefined;
}

function isIn(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}
