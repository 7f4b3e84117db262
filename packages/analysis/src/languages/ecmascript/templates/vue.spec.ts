import { analyse } from '../../../testing/code-base.ts';

const lines = (...text: string[]): string => text.join('\n');

describe('A Vue component', () => {
  const setup = analyse({
    'ui/MyButton.vue': '<template><b>{{ label }}</b></template>\n<script setup>\ndefineProps(["label"])\n</script>\n',
    'thing.ts': 'export class Thing { name() { return "" } }',
    'App.vue': lines(
      '<template>',
      '  <!-- <Ignored/> {{ ignored() }} -->',
      '  <my-button v-for="(thing, i) in things" :key="i" :label="format(thing.name())" @click="save" />',
      '  <MyButton v-if="n < 1" @press="n++; reset(n)" v-focus>{{ shown }}</MyButton>',
      '  <component :is="n > 1 ? MyButton : Later" />',
      '</template>',
      '',
      '<script lang="ts">',
      'export const VERSION = 1',
      '</script>',
      '<script setup lang="ts" generic="T extends Array<string>">',
      "import MyButton from './ui/MyButton.vue'",
      "import { Thing } from './thing'",
      'const { owner } = defineProps<{ owner: Thing; reset: string }>()',
      'const Later = defineAsyncComponent(() => import("./ui/MyButton.vue"))',
      'const things: Thing[] = [], shown = owner.name(), vFocus = {}',
      'let n = 0',
      'function format(text: string) { return text }',
      '/** Saves. */',
      'const save = async () => { await fetch("/things") }',
      'function reset(to: number) { n = to }',
      '</script>',
      '<style>b { color: red }</style>',
    ),
    'index.ts': "import App from './App.vue'\nexport { default as Button } from './ui/MyButton.vue'\nmount(App)",
    'server.ts': "import express from 'express'\nconst app = express()\napp.get('/things', () => {})",
  });

  it('has the declarations of all its scripts, at the lines of the file', () => {
    expect(setup.node('App.vue')).toEqual(jasmine.objectContaining({ node_type: 'file', language: 'vue', end_line: 23 }));
    expect(setup.node('App.vue#VERSION').start_line).toBe(9);
    expect(setup.node('App.vue#save')).toEqual(
      jasmine.objectContaining({ node_type: 'function', start_line: 20, docstring: 'Saves.', is_async: true }),
    );
    expect(setup.node('App.vue').parse_error).toBeUndefined();
  });

  it('uses the components of its template, by either spelling, also dynamic and asynchronous ones', () => {
    expect(setup.from('App.vue', 'uses')).toContain('ui/MyButton.vue');
    expect(setup.relationship('App.vue', 'uses', 'ui/MyButton.vue')).toEqual(
      jasmine.objectContaining({ resolution: 'import', line_offset: 2, count: 3 }),
    );
  });

  it('calls what its template calls, with types, and references what is bound to events', () => {
    expect(setup.from('App.vue', 'calls')).toEqual(['App.vue#format', 'App.vue#reset', 'thing.ts#Thing.name']);
    expect(setup.relationship('App.vue', 'references', 'App.vue#save').line_offset).toBe(2);
    expect(setup.from('App.vue', 'references')).toContain('App.vue#vFocus');
    expect(setup.relationship('App.vue', 'calls', 'App.vue#reset').line_offset).toBe(3);
  });

  it('makes requests that lead to routes', () => {
    expect(setup.all('seam')).toEqual(['App.vue#save -> server.ts#GET /things']);
  });

  it('is its file, for those who import it or export it again', () => {
    expect(setup.from('index.ts', 'references')).toEqual(['App.vue']);
    expect(setup.from('index.ts', 'exports')).toEqual(['ui/MyButton.vue']);
    expect(setup.from('ui/MyButton.vue', 'exports')).toEqual([]);
  });

  it('that is written as options gives its template what setup returns, methods, computed values and members of its class', () => {
    const found = analyse({
      'Part.vue': '<template><i/></template>',
      'use.ts': 'export function useTwo() {\n  function one() {}\n  function two() {}\n  return { one, two }\n}',
      'Old.vue': lines(
        '<template><Part @a="one" @b="stop()" @c="two" @d="local" :x="twice" :y="useTwo()"/><lazy-part/></template>',
        '<script>',
        "import Part from './Part.vue'",
        "import { useTwo } from './use'",
        'export default defineComponent({',
        "  components: { Part, LazyPart: () => import('./Part.vue') },",
        '  setup() { const { one } = useTwo(); function local() {} return { one, local, ...useTwo() } },',
        '  methods: { stop() {} },',
        '  computed: { twice() { return 2 } },',
        '})',
        '</script>',
      ),
      'Class.vue': lines(
        '<template><b @click="press"/></template>',
        '<script lang="ts">',
        '@Component',
        'export default class extends Vue { press() {} }',
        '</script>',
      ),
    });
    expect(found.relationship('Old.vue', 'uses', 'Part.vue').count).toBe(2);
    for (const target of ['use.ts#useTwo.one', 'use.ts#useTwo.two', 'Old.vue#default.setup.local', 'Old.vue#default.computed.twice'])
      expect(found.from('Old.vue', 'references')).toContain(target);
    // Names of the script are not names of the template.
    expect(found.from('Old.vue', 'calls')).toEqual(['Old.vue#default.methods.stop']);
    expect(found.from('Class.vue', 'references')).toEqual(['Class.vue#default.press']);
  });

  it('may take its script from another file', () => {
    const found = analyse({
      'A.vue': '<template><i/></template>\n<script src="./a.js"></script>',
      'a.js': 'export default {}',
      'b.js': "import A from './A.vue'",
    });
    expect(found.all('imports')).toEqual(['A.vue -> a.js', 'b.js -> A.vue']);
  });

  it('whose template is broken keeps its script and the rest of its template, and tells; and the other way round', () => {
    const found = analyse({
      'A.vue':
        '<template>\n  <p :a="f(" @b="g">{{ h() }}\n  <b class="never closed>\n</template>\n<script setup>\nfunction f() {}\nfunction g() {}\nfunction h() {}\n</script>',
      'B.vue': '<template><p @a="f()"/></template>\n<script setup>\nfunction f() {}\nfunction g( {}\n</script>',
    });
    expect(found.node('A.vue').parse_error).toMatch(/^template: .*\(2:11\)$/);
    expect(found.node('A.vue#f').start_line).toBe(6);
    expect(found.from('A.vue', 'references')).toEqual(['A.vue#g']);
    expect(found.from('A.vue', 'calls')).toEqual(['A.vue#h']);
    expect(found.node('B.vue').parse_error).toMatch(/^[^:]* \(5:\d+\)$/);
    expect(found.from('B.vue', 'calls')).toEqual(['B.vue#f']);
  });
});
