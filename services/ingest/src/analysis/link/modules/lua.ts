import { packageId } from '@graphtail/facts/plain';
import { directoryOf, joinPath, upwards } from '../paths.ts';
import type { SpecifierTarget } from '../resolve-specifier.ts';
import type { Contribution, ModuleSystem, Program } from './module-system.ts';

/** `require 'a.b'` is a/b.lua or a/b/init.lua, below the nearest folder around that has it or keeps sources. */
export class LuaModules implements ModuleSystem {
  configure(): void {
    // The search path is told to the interpreter, not written down.
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
