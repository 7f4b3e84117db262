import { packageId } from '@graphtail/facts/plain';
import { directoryOf, joinPath, upwards } from '../../extraction/paths.ts';
import type { Contribution, ModuleSystem, Program, SpecifierTarget } from './module-system.ts';

/** `require 'a.b'` loads a/b.lua or a/b/init.lua, from the nearest folder around the file that has it, also in its `lua` or `src`. */
export class LuaModules implements ModuleSystem {
  configure(): void {
    // The search path is passed to the interpreter; no file contains it.
  }

  contributions(): Contribution[] {
    return [];
  }

  resolve(program: Program, from: string, specifier: string): SpecifierTarget {
    const path = specifier.replaceAll('.', '/');
    for (const folder of upwards(directoryOf(from)))
      for (const file of [`${path}.lua`, `${path}/init.lua`, `lua/${path}.lua`, `lua/${path}/init.lua`, `src/${path}.lua`]) {
        const found = joinPath(folder, file);
        if (found !== undefined && program.hasFile(found)) return { path: found };
      }
    return { packageId: packageId('luarocks', specifier.split('.')[0]!) };
  }
}
