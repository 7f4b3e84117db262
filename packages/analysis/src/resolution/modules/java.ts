import { packageId } from '@graphtail/facts/plain';
import type { SourceExtraction } from '../../extraction/extraction.ts';
import type { Contribution, ModuleSystem, Program, SpecifierTarget } from './module-system.ts';

/** Java's packages: all files that name the same package make it up, wherever they lie. A specifier is a package's name. */
export class JavaPackages implements ModuleSystem {
  configure(): void {
    // Nothing in a build file decides where an import leads.
  }

  contributions(path: string, { exports, packageName = '' }: SourceExtraction): Contribution[] {
    return exports.flatMap((entry) =>
      'name' in entry ? [{ group: `java:${packageName}`, name: entry.name, to: { path, name: entry.name } }] : [],
    );
  }

  resolve(program: Program, _from: string, specifier: string): SpecifierTarget {
    const group = `java:${specifier}`;
    if (program.hasGroup(group)) return { group };
    if (specifier === '') return undefined;
    if (/^(?:java|javax|jdk)\b/.test(specifier)) return { packageId: packageId('java', specifier) };
    // A package's name does not tell which artifact contains it. Packages of one organisation and project count as one.
    return { packageId: packageId('maven', specifier.split('.').slice(0, 3).join('.')) };
  }
}
