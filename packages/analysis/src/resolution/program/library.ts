import { ecmascript } from '../../languages/ecmascript/plugin.ts';
import type { SourceExtraction } from '../../extraction/extraction.ts';
import { LANGUAGE_DECLARATIONS } from '../declarations/language-declarations.ts';
import { PACKAGE_DECLARATIONS } from '../declarations/package-declarations.ts';
import { Held } from './memory-budget.ts';
import { Unit } from './unit.ts';

const LIBRARY_PATH = 'lib.d.ts';

const extractions = new Map<string, SourceExtraction>();

function unitOf(path: string, declarations: string): Unit {
  let extraction = extractions.get(path);
  if (extraction === undefined)
    extractions.set(path, (extraction = ecmascript.extract(declarations, LIBRARY_PATH, '') as SourceExtraction));
  return new Unit(path, new Held(extraction), true);
}

/** Makes the unit of the language's own objects. Every program has its own, because derived results may be dropped with the program. */
export function libraryUnit(): Unit {
  return unitOf(LIBRARY_PATH, LANGUAGE_DECLARATIONS);
}

/** Makes the unit of what is known of a package; undefined if nothing is. */
export function packageUnit(packageId: string): Unit | undefined {
  const declarations = PACKAGE_DECLARATIONS[packageId];
  return declarations === undefined ? undefined : unitOf(packageId, declarations);
}
