import fc from 'fast-check';
import { analyse } from '../../../testing/code-base.ts';
import { expectIncrementalEqualsFull } from '../../../testing/outputs.ts';
import { componentName } from './component-name.ts';

describe('In a Nuxt project', () => {
  const found = analyse({
    'web/nuxt.config.ts':
      "export default defineNuxtConfig({ imports: { dirs: ['./stores/**'], imports: [{ name: 'now', from: '~/lib/time' }] } })",
    'web/app/app.vue':
      '<template><BaseUserCard @a="useUser().greet()" @b="useDeep" @c="now()" @d="useOther()"/><LazyTheFooter/></template>',
    'web/app/components/base/user/UserCard.vue':
      '<script setup>\nimport { TheFooter } from "#components"\nconst x = TheFooter, y = shout("a")\n</script>',
    'web/app/components/global/TheFooter.client.vue': '<template>{{ shout("b") }}</template>',
    'web/app/composables/useUser.ts': "import { shout } from '#imports'\nexport const useUser = () => ({ greet() { shout('c') } })",
    'web/app/composables/use-other.ts': 'export default function () {}',
    'web/app/composables/deep/not.ts': 'export function useDeep() {}',
    'web/app/stores/a/cart.ts': 'export const useCart = () => hidden()',
    'web/app/utils/text.ts': "import { part } from '~/lib/time'\nexport function shout(text: string) { part(); useCart() }",
    'web/app/lib/time.ts': 'export function now() {}\nexport function part() {}\nexport function hidden() {}',
    'other/a.ts': 'useUser()',
  });

  it('components are known by their folders and names, also as Lazy…', () => {
    expect(found.from('web/app/app.vue', 'uses')).toEqual([
      'web/app/components/base/user/UserCard.vue',
      'web/app/components/global/TheFooter.client.vue',
    ]);
    expect(componentName(['base', 'user'], 'UserCardSmall.vue')).toBe('BaseUserCardSmall');
    expect(componentName(['base', 'foo', 'base', 'foo'], 'Button.vue')).toBe('BaseFooBaseFooButton');
    expect(componentName(['account'], 'index.vue')).toBe('Account');
  });

  it('what composables and utils export is known without an import, as far as the configuration lets them be found', () => {
    expect(found.from('web/app/app.vue', 'calls')).toEqual([
      'web/app/composables/use-other.ts#default',
      'web/app/composables/useUser.ts#useUser',
      'web/app/composables/useUser.ts#useUser.greet',
      'web/app/lib/time.ts#now',
    ]);
    expect(found.from('web/app/app.vue', 'references')).toEqual([]);
    expect(found.from('web/app/utils/text.ts#shout', 'calls')).toEqual(['web/app/lib/time.ts#part', 'web/app/stores/a/cart.ts#useCart']);
    expect(found.from('web/app/stores/a/cart.ts#useCart', 'calls')).toEqual([]);
    expect(found.from('other/a.ts', 'calls')).toEqual([]);
  });

  it('#imports and #components stand for the same', () => {
    expect(found.from('web/app/composables/useUser.ts#useUser.greet', 'calls')).toEqual(['web/app/utils/text.ts#shout']);
    expect(found.from('web/app/components/base/user/UserCard.vue', 'imports')).toContain('web/app/components/global/TheFooter.client.vue');
  });

  it('the configuration may name folders of components, with and without a prefix', () => {
    const configured = analyse({
      'nuxt.config.js':
        "export default { components: [{ path: '~/parts', pathPrefix: false }, { path: '~/forms', prefix: 'F' }, '~/components'] }",
      'parts/deep/A.vue': '',
      'forms/B.vue': '',
      'components/c/D.vue': '',
      'pages/index.vue': '<template><A/><FB/><CD/><DeepA/><B/></template>',
    });
    expect(configured.from('pages/index.vue', 'uses')).toEqual(['components/c/D.vue', 'forms/B.vue', 'parts/deep/A.vue']);
  });

  it('everything is, after any edits, as in a fresh analysis', () => {
    const edits = {
      'nuxt.config.ts': [
        undefined,
        'export default {}',
        "export default { srcDir: 'src', imports: { dirs: ['lib'] }, components: ['~/ui'] }",
      ],
      'composables/a.ts': [undefined, 'export const useA = () => useB()', 'export default function a() { useB().c() }'],
      'lib/b.ts': [undefined, 'export function useB() { return { c() {} } }', 'export const useA = 1'],
      'src/lib/b.ts': [undefined, 'export function useB() { return { c() { useA() } } }'],
      'components/x/Y.vue': [undefined, '<template><XY/><Z/></template>', '<script setup>useA(); useB().c()</script>'],
      'src/ui/Z.vue': [undefined, '<template><XY @a="useB().c()"/><Z/></template><script>export const useA = 1</script>'],
      'app.vue': [
        undefined,
        '<template><XY/><Z :a="a()"/>{{ useA() }}</template>',
        '<script>import { useA, Z } from "#imports"; useA(); Z()</script>',
      ],
      'app/app.vue': [undefined, '<script setup>import Z from "~/ui/Z.vue"; import "@/app"</script><template><Z/><XY/></template>'],
    } as const;
    const edit = fc
      .constantFrom(...Object.entries(edits))
      .chain(([path, sources]) => fc.record({ path: fc.constant(path), source: fc.constantFrom(...sources) }));
    expectIncrementalEqualsFull(
      [
        ['app.vue', edits['app.vue'][1]],
        ['lib/b.ts', edits['lib/b.ts'][1]],
      ],
      edit,
      80,
    );
  });
});
