import type { Mutant } from '../mutant.ts';

/** Faults of bringing a log in step with the source. */
export const INGEST_MUTANTS: readonly Mutant[] = [
  {
    name: 'linking goes on after a cancel',
    file: 'services/ingest/src/analysis/link-thread/remote-linker.ts',
    find: '        signal.throwIfAborted();\n',
    replace: '',
    noticedBy: ['services/ingest/src/analysis/link-thread/link-thread.spec.ts', 'services/ingest/src/source-model.spec.ts'],
  },
  {
    name: 'what has been handed over counts as touched for ever',
    file: 'services/ingest/src/analysis/link-thread/link-worker.ts',
    find: "    if (telling !== 'nothing') this.#touched.clear();\n",
    replace: '',
    noticedBy: ['services/ingest/src/analysis/link-thread/link-thread.spec.ts'],
  },
  {
    name: 'a log that was reset is told only what is linked anew',
    file: 'services/ingest/src/analysis/link-thread/link-worker.ts',
    find: "telling === 'eager' && !this.#linker.hasLinked",
    replace: "telling === 'eager'",
    noticedBy: ['services/ingest/src/analysis/link-thread/link-thread.spec.ts'],
  },
  {
    name: 'who looked at a part of a file is not linked again when it changes',
    file: 'services/ingest/src/analysis/link/linker.ts',
    find: '.sources.has(source) === true &&',
    replace: '.sources.has(source) === false &&',
    noticedBy: ['services/ingest/src/analysis/link/linker.spec.ts'],
  },
  {
    name: 'a folder that goes while the root is being watched ends the watch',
    file: 'services/ingest/src/root-watch.ts',
    find: '        if (tries < TRIES && this.#isPassing(error as Error)) continue;\n',
    replace: '',
    noticedBy: ['services/ingest/src/root-watch.spec.ts'],
  },
  {
    name: 'parsing goes on after a cancel',
    file: 'services/ingest/src/analysis/pool/parser-pool.ts',
    find: "      signal?.addEventListener('abort', onAbort, { once: true });\n",
    replace: '',
    noticedBy: ['services/ingest/src/source-model.spec.ts'],
  },
  {
    name: 'facts of more files are made after a cancel',
    file: 'services/ingest/src/difference.ts',
    find: 'if (facts.length > 0) yield facts;\n    await turn.shared();\n    signal.throwIfAborted();',
    replace: 'if (facts.length > 0) yield facts;\n    await turn.shared();',
    noticedBy: ['services/ingest/src/difference.spec.ts'],
  },
  {
    name: 'a cancelled analysis is told of as failed',
    file: 'services/ingest/src/analysis-run.ts',
    find: 'const cancelled = this.#cancelling.signal.aborted;',
    replace: 'const cancelled = stopped.aborted;',
    noticedBy: ['services/ingest/src/cancelling.spec.ts'],
  },
  {
    name: 'a mended statement is not tried as a whole',
    file: 'services/ingest/src/analysis/ecmascript/recovery/recover.ts',
    find: 'parts.interiors.length === 0 || this.#holds(this.#textOf(group), context)',
    replace: 'parts.interiors.length >= 0',
    noticedBy: [
      'services/ingest/src/analysis/ecmascript/broken-code.spec.ts',
      'services/ingest/src/analysis/ecmascript/recovery/recover.spec.ts',
    ],
  },
  {
    name: 'recovering parses without end',
    file: 'services/ingest/src/analysis/ecmascript/recovery/recover.ts',
    find: 'return this.#budget <= 0;',
    replace: 'return false;',
    noticedBy: ['services/ingest/src/analysis/ecmascript/recovery/recover.spec.ts'],
  },
  {
    name: 'a file of which the exports are broken declares for all',
    file: 'services/ingest/src/analysis/ecmascript/plugin.ts',
    find: '  if (text !== source) walk.isModule = SAYS_MODULE.test(source);\n',
    replace: '',
    noticedBy: ['services/ingest/src/analysis/ecmascript/broken-code.spec.ts'],
  },
];
