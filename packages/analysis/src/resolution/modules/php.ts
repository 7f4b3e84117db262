import { packageId } from '@graphtail/facts/plain';
import type { SourceExtraction } from '../../extraction/extraction.ts';
import { CLASS_OF, CORE } from '../../extraction/specifiers/php.ts';
import type { Contribution, ModuleSystem, Program, SpecifierTarget } from './module-system.ts';

/** PHP's namespaces: all files that name the same namespace make it up. Autoloading rules add nothing to that. */
export class PhpNamespaces implements ModuleSystem {
  configure(): void {
    // composer.json is not needed: each file names its own namespace.
  }

  contributions(path: string, { exports, packageName = '' }: SourceExtraction): Contribution[] {
    return exports.flatMap((entry) =>
      'name' in entry ? [{ group: `php:${packageName}`, name: entry.name, to: { path, name: entry.name } }] : [],
    );
  }

  resolve(program: Program, _from: string, specifier: string): SpecifierTarget {
    const [namespace = '', name] = specifier.split(CLASS_OF);
    const group = `php:${namespace}`;
    if (program.hasGroup(group)) return { group };
    if (namespace === '' || namespace === CORE) return { packageId: packageId('php', 'core') };
    const segments = namespace.split('\\').filter((segment) => !/^(?:Component|Bundle|Bridge)$/.test(segment));
    const [vendor = '', project = name] = segments;
    return { packageId: packageId('composer', [vendor.toLowerCase(), ...(project === undefined ? [] : [kebab(project)])].join('/')) };
  }
}

function kebab(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}
