import { packageId } from '@graphtail/facts/plain';
import type { ProjectConfig, SourceExtraction } from '../../extraction/extraction.ts';
import { NAMED, OWN, nameOf } from '../../extraction/specifiers/go.ts';
import { directoryOf, joinPath, upwards } from '../../extraction/paths.ts';
import type { Contribution, ModuleSystem, Program, SpecifierTarget } from './module-system.ts';

interface GoModule {
  readonly path: string;
  readonly folder: string;
}

/**
 * Go's packages: the files of a folder that name the same package form one. Import paths lead into the modules of the program through
 * their go.mod, including a `replace` with a folder. https://go.dev/ref/mod
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
    // No file can import a program or an external test.
    if (packageName === 'main' || packageName.endsWith('_test')) return found;
    found.push({ group: folderKey(folder), to: { group } });
    if (packageName !== nameOf(folder)) found.push({ group: namedKey(folder), name: packageName, to: { group: folderKey(folder) } });
    return found;
  }

  resolve(program: Program, from: string, specifier: string): SpecifierTarget {
    if (specifier === 'builtin') return { packageId: packageId('go', 'builtin') };
    const folder = directoryOf(from);
    if (specifier.startsWith(NAMED)) {
      const target = this.#folderOf(folder, specifier.slice(NAMED.length));
      return target === undefined ? undefined : existing(program, namedKey(target));
    }
    if (specifier.startsWith(OWN)) return existing(program, packageKey(folder, specifier.slice(OWN.length)));
    const inside = this.#moduleOf(folder, specifier);
    if (inside !== undefined) {
      const target = folderIn(inside, specifier);
      return target === undefined ? undefined : existing(program, folderKey(target));
    }
    const [first = ''] = specifier.split('/');
    if (specifier === 'C') return undefined;
    if (!first.includes('.')) return { packageId: packageId('go', specifier) };
    const required = (this.#moduleAround(folder)?.project.requires ?? [])
      .filter((path) => isIn(specifier, path))
      .sort((a, b) => b.length - a.length)[0];
    return { packageId: packageId('golang', required ?? specifier.split('/').slice(0, 3).join('/')) };
  }

  /** The module of the program that an import path leads into. */
  #moduleOf(folder: string, path: string): GoModule | undefined {
    let best: GoModule | undefined;
    for (const module of [...this.#replacements(this.#moduleAround(folder)), ...this.#modules])
      if (isIn(path, module.path) && (best === undefined || module.path.length > best.path.length)) best = module;
    return best;
  }

  #folderOf(folder: string, path: string): string | undefined {
    const module = this.#moduleOf(folder, path);
    return module === undefined ? undefined : folderIn(module, path);
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

function packageKey(folder: string, name: string): string {
  return `go:${folder} ${name}`;
}

/** The group that an import of a folder leads to. */
function folderKey(folder: string): string {
  return `go folder:${folder}`;
}

/** The package of a folder under its own name, if that differs from the folder's. */
function namedKey(folder: string): string {
  return `go named:${folder}`;
}

function folderIn(module: GoModule, path: string): string | undefined {
  return joinPath(module.folder, path.slice(module.path.length));
}

function existing(program: Program, group: string): SpecifierTarget {
  return program.hasGroup(group) ? { group } : undefined;
}

function isIn(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}
