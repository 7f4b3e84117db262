// Compares the tags and the code that Graphtail finds in templates with what the frameworks' own compilers find.
//
//     npm install --prefix /tmp/compilers @vue/compiler-dom@3 svelte@5
//     node bench/oracles/templates.mjs /tmp/compilers CHECKOUT .vue|.svelte
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { MarkupReader } from '../../packages/analysis/src/languages/ecmascript/templates/markup.ts';
import { sectionsOf, without } from '../../packages/analysis/src/languages/ecmascript/templates/sections.ts';

const [compilers, root, extension] = process.argv.slice(2);
const load = createRequire(join(compilers, 'package.json'));

/** Calls `enter` with every object of a syntax tree. */
function walk(value, enter, seen = new Set()) {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (!Array.isArray(value)) enter(value);
  for (const [key, inner] of Object.entries(value)) if (key !== 'metadata') walk(inner, enter, seen);
}

const readers = {
  '.vue': {
    official(source, found) {
      const visit = (node) => {
        if (node.type === 1) {
          found.add(`<${node.tag} ${node.loc.start.offset}`);
          for (const { type, exp } of node.props) if (type === 7 && exp) found.add(`= ${exp.loc.source.trim()}`);
          node.children.forEach(visit);
        } else if (node.type === 5) found.add(`{ ${node.content.loc.source.trim()}`);
      };
      const file = load('@vue/compiler-dom').parse(source, { parseMode: 'sfc', onError: () => undefined });
      for (const node of file.children) if (node.tag === 'template') node.children.forEach(visit);
    },
    ours(source, markup, found) {
      let templates = 0;
      for (const piece of new MarkupReader(markup, { mustaches: true }).all(0)) {
        if (piece.kind === 'open' && piece.tag === 'template' && !piece.isClosed && ++templates === 1) continue;
        if (piece.kind === 'close' && piece.tag === 'template') templates--;
        if (templates < 1) continue;
        if (piece.kind === 'code') found.add(`{ ${source.slice(piece.start, piece.end).trim()}`);
        if (piece.kind !== 'open') continue;
        found.add(`<${piece.tag} ${piece.start}`);
        for (const { name, value } of piece.attributes)
          if (value && /^[:@#.]|^v-/.test(name)) found.add(`= ${source.slice(value.start, value.end).trim()}`);
      }
    },
  },
  '.svelte': {
    official(source, found) {
      const { fragment } = load('svelte/compiler').parse(source, { modern: true });
      walk(fragment, ({ type, name, start }) => {
        if (typeof type === 'string' && typeof name === 'string' && source[start] === '<' && name !== 'script')
          found.add(`<${name} ${start}`);
      });
    },
    ours(source, markup, found) {
      for (const piece of new MarkupReader(markup, { braces: 'code' }).all(0))
        if (piece.kind === 'open' && piece.tag !== 'svelte:options') found.add(`<${piece.tag} ${piece.start}`);
    },
  },
};

let [files, equal, things] = [0, 0, 0];
for (const entry of readdirSync(root, { recursive: true })) {
  if (!entry.endsWith(extension) || entry.includes('node_modules')) continue;
  const source = readFileSync(join(root, entry), 'utf8');
  const markup = without(
    source,
    sectionsOf(source).map(({ whole }) => whole),
  );
  const [official, ours] = [new Set(), new Set()];
  readers[extension].official(source, official);
  readers[extension].ours(source, markup, ours);
  const differences = [...official.symmetricDifference(ours)];
  files++;
  things += official.size;
  if (differences.length === 0) equal++;
  else console.log(entry, differences.slice(0, 5));
}
console.log(`${equal} of ${files} files are equal, with ${things} tags and pieces of code`);
