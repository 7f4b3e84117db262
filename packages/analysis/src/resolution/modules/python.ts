import { packageId } from '@graphtail/facts/plain';
import type { ProjectConfig } from '../../extraction/extraction.ts';
import { directoryOf, joinPath, upwards } from '../../extraction/paths.ts';
import type { Contribution, ModuleSystem, Program, SpecifierTarget } from './module-system.ts';
import { STANDARD_LIBRARY } from './python-standard-library.ts';

/** Distributions that have another name than the module that is imported from them. */
const DISTRIBUTIONS: Readonly<Record<string, string>> = {
  PIL: 'pillow',
  attr: 'attrs',
  bs4: 'beautifulsoup4',
  cv2: 'opencv-python',
  dateutil: 'python-dateutil',
  dotenv: 'python-dotenv',
  jose: 'python-jose',
  jwt: 'pyjwt',
  multipart: 'python-multipart',
  sklearn: 'scikit-learn',
  yaml: 'pyyaml',
};

/**
 * Python's packages. A folder is a group of what its `__init__.py` exports, and after that of its modules.
 *
 * An absolute import is searched from each folder around the file that is no package itself, then from that folder's `src`, and last
 * from where a project begins. https://docs.python.org/3/reference/import.html
 */
export class PythonModules implements ModuleSystem {
  #roots: string[] = [];

  configure(projects: ReadonlyMap<string, ProjectConfig>): void {
    const folders = [...projects].filter(([, { file }]) => file === 'pyproject.toml').map(([path]) => directoryOf(path));
    this.#roots = folders.flatMap((folder) => [folder, ...['src', 'lib', 'python'].map((inner) => joinPath(folder, inner)!)]);
  }

  contributions(path: string): Contribution[] {
    const folder = directoryOf(path);
    const base = path.slice(folder === '' ? 0 : folder.length + 1).replace(/\.pyi?$/, '');
    const found: Contribution[] = [];
    if (base === '__init__') found.push({ group: packageKey(folder), to: { path, name: '*' } });
    else found.push({ group: modulesKey(folder), name: base, to: { path, name: '*' } });
    for (const each of upwards(folder)) {
      found.push({ group: packageKey(each), to: { group: modulesKey(each) } });
      if (each !== '') {
        const outer = directoryOf(each);
        const name = each.slice(outer === '' ? 0 : outer.length + 1);
        found.push({ group: modulesKey(outer), name, to: { group: packageKey(each) } });
      }
    }
    return found;
  }

  resolve(program: Program, from: string, specifier: string): SpecifierTarget {
    const dots = /^\.*/.exec(specifier)![0].length;
    const segments = specifier
      .slice(dots)
      .split('.')
      .filter((segment) => segment !== '');
    if (dots > 0) {
      const folder = joinPath(directoryOf(from), '../'.repeat(dots - 1));
      return folder === undefined ? undefined : locate(program, folder, segments);
    }
    const [first = ''] = segments;
    if (first === 'builtins') return { packageId: packageId('python', 'builtins') };
    let isLocal = false;
    for (const root of this.#rootsOf(program, from)) {
      const target = locate(program, root, segments);
      const regular = target !== undefined && !(STANDARD_LIBRARY.has(first) && isNamespace(program, root, first));
      if (regular) return target;
      isLocal ||= locate(program, root, [first]) !== undefined && !STANDARD_LIBRARY.has(first);
    }
    if (isLocal || first === '') return undefined;
    if (STANDARD_LIBRARY.has(first)) return { packageId: packageId('python', first) };
    return { packageId: packageId('pypi', DISTRIBUTIONS[first] ?? first.toLowerCase().replaceAll('_', '-')) };
  }

  *#rootsOf(program: Program, from: string): Generator<string> {
    for (const folder of upwards(directoryOf(from))) {
      if (isRegularPackage(program, folder)) continue;
      yield folder;
      yield joinPath(folder, 'src')!;
    }
    yield* this.#roots;
  }
}

/** A folder as a package. */
function packageKey(folder: string): string {
  return `python:${folder}`;
}

/** The modules in a folder, whatever its `__init__.py` exports. */
function modulesKey(folder: string): string {
  return `python modules:${folder}`;
}

function isRegularPackage(program: Program, folder: string): boolean {
  const prefix = folder === '' ? '' : `${folder}/`;
  return program.hasFile(`${prefix}__init__.py`) || program.hasFile(`${prefix}__init__.pyi`);
}

function isNamespace(program: Program, root: string, name: string): boolean {
  const path = joinPath(root, name)!;
  return !isRegularPackage(program, path) && !program.hasFile(`${path}.py`) && !program.hasFile(`${path}.pyi`);
}

function locate(program: Program, root: string, segments: readonly string[]): SpecifierTarget {
  const path = joinPath(root, segments.join('/'))!;
  if (isRegularPackage(program, path)) return { group: packageKey(path) };
  if (segments.length > 0)
    for (const extension of ['.py', '.pyi']) if (program.hasFile(path + extension)) return { path: path + extension };
  return program.hasGroup(packageKey(path)) ? { group: packageKey(path) } : undefined;
}
