import { extname } from 'node:path';
import type { Discovery } from '@graphtail/analysis';
import { MOST_SKIPPED_KINDS, SKIPPED, type SkippedKind } from '@graphtail/facts';

/** What an analysis did not read, for `analysis_completed`: a person who misses files in the graph learns why. */
export class PassedOver {
  #found: Pick<Discovery, 'skipped' | 'unread'> = { skipped: [], unread: new Map() };
  /** By path: why a rule excludes the file's text. */
  readonly #byRule = new Map<string, string>();

  discovered(found: Pick<Discovery, 'skipped' | 'unread'>): void {
    this.#found = found;
  }

  /** @param trouble the extraction's `parse_error` @returns whether a rule excludes the file */
  read(path: string, trouble: string | undefined): boolean {
    if (trouble?.startsWith(SKIPPED) !== true) {
      this.#byRule.delete(path);
      return false;
    }
    this.#byRule.set(path, trouble.slice(SKIPPED.length));
    return true;
  }

  removed(path: string): void {
    this.#byRule.delete(path);
  }

  forget(): void {
    this.#byRule.clear();
  }

  /** All of it, the largest kind first. */
  summary(): { files_skipped: number; skipped: SkippedKind[] } {
    const kinds = new Map<string, SkippedKind>();
    const count = (kind: string, reason: string, files: number): void => {
      const key = `${kind} ${reason}`;
      kinds.set(key, { kind, reason, count: (kinds.get(key)?.count ?? 0) + files });
    };
    for (const [kind, files] of this.#found.unread) count(kind, 'no reader', files);
    for (const { path, reason } of this.#found.skipped) count(extname(path) || path, reason, 1);
    for (const [path, reason] of this.#byRule) count(extname(path) || path, reason, 1);
    const sorted = [...kinds.values()].sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
    return { files_skipped: sorted.reduce((sum, kind) => sum + kind.count, 0), skipped: sorted.slice(0, MOST_SKIPPED_KINDS) };
  }
}
