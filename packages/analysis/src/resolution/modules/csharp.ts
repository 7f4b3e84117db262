import { packageId } from '@graphtail/facts/plain';
import type { SourceExtraction } from '../../extraction/extraction.ts';
import { directoryOf, upwards } from '../../extraction/paths.ts';
import { FOR_ALL, IN_NAMESPACE } from '../../extraction/specifiers/csharp.ts';
import type { Contribution, ModuleSystem, Program, SpecifierTarget } from './module-system.ts';

/**
 * C#'s namespaces. All files that declare something in a namespace make it up together. Each namespace is a name in the one around it.
 *
 * A `global using` applies to files in the folder of its own file and below. If that folder is `Properties`, it applies to the folder
 * around it and below.
 */
export class CSharpNamespaces implements ModuleSystem {
  configure(): void {
    // Project files list assemblies; they do not tell where a namespace is.
  }

  contributions(path: string, { exports }: SourceExtraction): Contribution[] {
    const found: Contribution[] = [];
    const namespaces = new Set<string>();
    for (const entry of exports) {
      if (!('name' in entry)) continue;
      const at = entry.name.indexOf(IN_NAMESPACE);
      const namespace = entry.name.slice(0, at);
      if (namespace === FOR_ALL) {
        const group = `csharp:${entry.name.slice(at + IN_NAMESPACE.length)}`;
        found.push({ group: usingsOf(directoryOf(path.replace(/\/Properties(?=\/[^/]*$)/, ''))), to: { group } });
        continue;
      }
      namespaces.add(namespace);
      found.push({ group: `csharp:${namespace}`, name: entry.name.slice(at + IN_NAMESPACE.length), to: { path, name: entry.name } });
    }
    for (const namespace of namespaces) {
      for (let inner = namespace; inner !== '';) {
        const dot = inner.lastIndexOf('.');
        const outer = dot === -1 ? '' : inner.slice(0, dot);
        found.push({ group: `csharp:${outer}`, name: inner.slice(dot + 1), to: { group: `csharp:${inner}` } });
        inner = outer;
      }
    }
    return found;
  }

  resolve(program: Program, from: string, specifier: string): SpecifierTarget {
    if (specifier === FOR_ALL) {
      const group = upwards(directoryOf(from))
        .map(usingsOf)
        .find((each) => program.hasGroup(each));
      return group === undefined ? undefined : { group };
    }
    const group = `csharp:${specifier}`;
    if (program.hasGroup(group)) return { group };
    if (specifier === '') return undefined;
    const name = specifier.split('.').slice(0, 2).join('.');
    return { packageId: packageId(/^(?:System|Microsoft)\b/.test(specifier) ? 'dotnet' : 'nuget', name) };
  }
}

function usingsOf(folder: string): string {
  return `csharp-usings:${folder}`;
}
