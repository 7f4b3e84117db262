import { directoryOf, joinPath, upwards } from '../../../extraction/paths.ts';
import { globalTag } from '../../../extraction/specifiers/global-tags.ts';
import type { SourceExtraction } from '../../../extraction/extraction.ts';
import type { Contribution } from '../module-system.ts';
import { componentName } from './component-name.ts';
import { isNuxtConfig, nuxtConfigOf, type ComponentFolder, type NuxtConfig } from './config.ts';

const SOURCE = /\.(?:[cm]?[jt]sx?|vue)$/;
const DECLARATION = /\.d\.[cm]?ts$|\.(?:spec|test)\.[cm]?[jt]sx?$/;
const COMPONENT = /\.(?:vue|[jt]sx?)$/;
/** Without a configuration of its own, every component folder is searched in this order. */
const USUAL_COMPONENTS = ['components/islands', 'components/global', 'components'];
const USUAL_IMPORTS = ['composables', 'utils'];

interface Project {
  readonly folder: string;
  readonly config: NuxtConfig;
}

/**
 * The Nuxt projects of the program. In the files of such a project, composables and components of certain folders are visible without an
 * import. A project has a group that exports them: components as `<Name>`, everything else by its name.
 * https://nuxt.com/docs/guide/concepts/auto-imports
 */
export class NuxtProjects {
  readonly #projects = new Map<string, Project>();
  readonly #hasFile: (path: string) => boolean;
  /** By project: where its sources are. It depends on the files. */
  readonly #sources = new Map<string, string>();
  readonly #folders = new Map<string, Project | undefined>();

  constructor(hasFile: (path: string) => boolean) {
    this.#hasFile = hasFile;
  }

  /**
   * Takes over a file, if it configures a project.
   * @param extraction undefined if the file is gone
   * @returns whether specifiers and names may lead elsewhere now
   */
  put(path: string, extraction: SourceExtraction | undefined): boolean {
    if (!isNuxtConfig(path)) return false;
    this.#folders.clear();
    if (extraction === undefined) return this.#projects.delete(path);
    const config = nuxtConfigOf(extraction);
    const known = this.#projects.get(path);
    if (known !== undefined && JSON.stringify(known.config) === JSON.stringify(config)) return false;
    this.#projects.set(path, { folder: directoryOf(path), config });
    return true;
  }

  get isEmpty(): boolean {
    return this.#projects.size === 0;
  }

  /** Drops what depends on which files there are. */
  filesChanged(): void {
    this.#sources.clear();
  }

  /** The group of names that a file sees without an import. */
  groupOf(path: string): string | undefined {
    const project = this.#projectOf(directoryOf(path));
    return project === undefined ? undefined : namesGroup(project);
  }

  /** The group that `#imports` or `#components` stands for. */
  groupNamed(folder: string, specifier: string): string | undefined {
    const project = this.#projectOf(folder);
    if (project === undefined) return undefined;
    return specifier === '#imports' ? namesGroup(project) : specifier === '#components' ? componentsGroup(project) : undefined;
  }

  /** Paths that a specifier with one of Nuxt's aliases may lead to. */
  candidates(folder: string, specifier: string): string[] {
    const project = this.#projectOf(folder);
    const alias = /^(~~|@@|~|@)\/(.*)$/.exec(specifier);
    if (project === undefined || alias === null) return [];
    const from = alias[1]!.length === 2 ? project.folder : this.#sourceOf(project);
    return [joinPath(from, alias[2]!)].filter((path) => path !== undefined);
  }

  /** What each project adds to groups, by the path of its configuration. */
  *contributions(paths: Iterable<string>): Generator<[key: string, Contribution[]]> {
    if (this.isEmpty) return;
    const byProject = new Map<Project, string[]>([...this.#projects.values()].map((project) => [project, []]));
    for (const path of paths) {
      const project = SOURCE.test(path) && !DECLARATION.test(path) ? this.#projectOf(directoryOf(path)) : undefined;
      if (project !== undefined) byProject.get(project)?.push(path);
    }
    for (const [key, project] of this.#projects) yield [key, this.#contributionsOf(project, byProject.get(project)!)];
  }

  #contributionsOf(project: Project, paths: readonly string[]): Contribution[] {
    const source = this.#sourceOf(project);
    const [names, defaults] = [namesGroup(project), `${namesGroup(project)} defaults`];
    const made: Contribution[] = [{ group: names, to: { group: defaults } }];
    const folders = this.#componentFolders(project, source);
    const scanned = [...USUAL_IMPORTS, ...project.config.imports].map((written) => this.#place(project, source, written));
    scanned.push(...['shared/utils', 'shared/types'].map((shared) => joined(project.folder, shared)));
    for (const path of paths) {
      if (COMPONENT.test(path)) made.push(...componentContributions(project, folders, path));
      if (path.endsWith('.vue') || !scanned.some((place) => isScanned(place, path))) continue;
      made.push({ group: names, to: { path, name: '*' } });
      made.push({ group: defaults, name: camelCase(stemOf(path)), to: { path, name: 'default' } });
    }
    for (const [name, from] of project.config.names) {
      const place = this.#place(project, source, from);
      const path = ['', '.ts', '.js', '/index.ts', '/index.js'].map((end) => place + end).find((each) => this.#hasFile(each));
      if (path !== undefined) made.push({ group: names, name, to: { path, name } });
    }
    for (const layer of this.#layersOf(project)) made.push({ group: names, to: { group: namesGroup(layer) } });
    return made;
  }

  #componentFolders(project: Project, source: string): ComponentFolder[] {
    const usual = USUAL_COMPONENTS.map((path) => ({ path, prefix: '', isPrefixed: true }));
    return (project.config.components ?? usual).map((each) => ({ ...each, path: this.#place(project, source, each.path) }));
  }

  /** Other projects whose names this one sees too: those that it extends, and those below `layers`. */
  #layersOf({ folder, config }: Project): Project[] {
    const extended = new Set(config.layers.map((layer) => joinPath(folder, layer)));
    const own = joined(folder, 'layers');
    return [...this.#projects.values()].filter((other) => extended.has(other.folder) || directoryOf(other.folder) === own);
  }

  /** A path that a configuration names. */
  #place(project: Project, source: string, written: string): string {
    const alias = /^(~~|@@|~|@)(?:\/|$)(.*)$/.exec(written);
    if (alias !== null) return joinPath(alias[1]!.length === 2 ? project.folder : source, alias[2]!) ?? '';
    return joinPath(source, written) ?? '';
  }

  /** Where a project's sources are: `app`, since Nuxt 4, or its own folder. */
  #sourceOf(project: Project): string {
    const { folder, config } = project;
    if (config.srcDir !== undefined) return joinPath(folder, config.srcDir) ?? folder;
    let source = this.#sources.get(folder);
    if (source === undefined) {
      const [own, app] = [joined(folder, 'app.vue'), joined(folder, 'app/app.vue')];
      this.#sources.set(folder, (source = !this.#hasFile(own) && this.#hasFile(app) ? joined(folder, 'app') : folder));
    }
    return source;
  }

  #projectOf(folder: string): Project | undefined {
    if (this.isEmpty) return undefined;
    if (this.#folders.has(folder)) return this.#folders.get(folder);
    const around = [...upwards(folder)];
    const found = [...this.#projects.values()]
      .filter((project) => around.includes(project.folder))
      .sort((a, b) => b.folder.length - a.folder.length)[0];
    this.#folders.set(folder, found);
    return found;
  }
}

function componentContributions(project: Project, folders: readonly ComponentFolder[], path: string): Contribution[] {
  const folder = folders.find((each) => path.startsWith(each.path === '' ? '' : `${each.path}/`));
  if (folder === undefined) return [];
  const parts = path.slice(folder.path === '' ? 0 : folder.path.length + 1).split('/');
  const inside = [...(folder.prefix === '' ? [] : [folder.prefix]), ...(folder.isPrefixed ? parts.slice(0, -1) : [])];
  const name = componentName(inside, parts.at(-1)!);
  if (name === '') return [];
  const to = { path, name: 'default' };
  return [name, `Lazy${name}`].flatMap((each) => [
    { group: namesGroup(project), name: globalTag(each), to },
    { group: componentsGroup(project), name: each, to },
  ]);
}

/** Of a folder, its files and the index files of its folders count; of `folder/**`, all. */
function isScanned(place: string, path: string): boolean {
  if (place === path) return true;
  const star = place.indexOf('*');
  const folder = star === -1 ? place : place.slice(0, star).replace(/\/$/, '');
  if (!path.startsWith(`${folder}/`)) return false;
  const rest = path.slice(folder.length + 1).split('/');
  return star !== -1 || rest.length === 1 || (rest.length === 2 && stemOf(path) === 'index');
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(SOURCE, '');
}

function camelCase(name: string): string {
  return name.replaceAll(/[-_.](\w)/g, (_, letter: string) => letter.toUpperCase());
}

function namesGroup({ folder }: Project): string {
  return `nuxt:${folder}`;
}

function componentsGroup({ folder }: Project): string {
  return `nuxt components:${folder}`;
}

function joined(folder: string, relative: string): string {
  return folder === '' ? relative : `${folder}/${relative}`;
}
