import { analyse } from '../../../testing/code-base.ts';

const lines = (...text: string[]): string => text.join('\n');

describe('A Svelte component', () => {
  const found = analyse({
    'package.json': '{}',
    'src/lib/Row.svelte': '<script module>\nexport const size = 1\n</script>\n<p><slot/></p>',
    'src/lib/item.ts': 'export class Item { key() { return 1 } title() { return "" } }',
    'src/lib/cart.js': 'export const cart = writable([])',
    'src/App.svelte': lines(
      '<script lang="ts">',
      "  import Row, { size } from '$lib/Row.svelte'",
      "  import { Item } from '$lib/item'",
      "  import { cart } from '$lib/cart'",
      '  export let items: Item[] = []',
      '  let selected = $state(new Item())',
      '  $: total = items.length',
      '  function press() { add($cart) }',
      '  function add(to: unknown) {}',
      '  const tip = (node: Element) => {}, load = async () => new Item()',
      '</script>',
      '<!-- {add(1)} -->',
      '{#if total > 0 && "}"}',
      '  {#each items.filter(Boolean) as item, index (item.key())}',
      '    <Row class="a {size}" on:click={press} {...$$props}>{item.title()} of {total}</Row>',
      '  {:else}<b use:tip class:selected>nothing</b>',
      '  {/each}',
      '{:else if items}',
      '  {#await load() then loaded}{loaded.title()}{/await}',
      '{/if}',
      '{#snippet cell(item: Item, press: () => void)}<i onclick={press}>{item.key()}</i>{/snippet}',
      '{@render cell(selected, () => add(2))}',
      '<svelte:component this={Row} />',
      '{@const /* comment } */ twice = add(total)}',
      '<style>b { color: red }</style>',
    ),
  });

  it('uses components, calls and references what its template does, with types and lines', () => {
    expect(found.node('src/App.svelte')).toEqual(jasmine.objectContaining({ language: 'svelte', end_line: 25 }));
    expect(found.node('src/App.svelte').parse_error).toBeUndefined();
    expect(found.relationship('src/App.svelte', 'uses', 'src/lib/Row.svelte')).toEqual(
      jasmine.objectContaining({ line_offset: 14, count: 2 }),
    );
    expect(found.from('src/App.svelte', 'calls')).toEqual([
      'src/App.svelte#add',
      'src/App.svelte#load',
      'src/lib/item.ts#Item.key',
      'src/lib/item.ts#Item.title',
    ]);
    expect(found.relationship('src/App.svelte', 'calls', 'src/lib/item.ts#Item.title')).toEqual(
      jasmine.objectContaining({ line_offset: 14, count: 2 }),
    );
    for (const target of ['press', 'tip', 'selected'])
      expect(found.from('src/App.svelte', 'references')).toContain(`src/App.svelte#${target}`);
    expect(found.relationship('src/App.svelte', 'references', 'src/App.svelte#press').count).toBe(1);
  });

  it('names stores by their values, and exports what its module script does', () => {
    expect(found.from('src/App.svelte#press', 'references')).toEqual(['src/lib/cart.js#cart']);
    expect(found.from('src/App.svelte', 'references')).toContain('src/lib/Row.svelte#size');
  });

  it('whose template is broken keeps what is sound, and tells', () => {
    const broken = analyse({
      'A.svelte': '<script>\nfunction f() {}\n</script>\n{#if f(}\n<p on:click={f}>{f()\n',
      'B.svelte': '{#if a}\n<b>{f()}</b>\n{#each}{/nothing}{/if}{/if}\n<script>\nfunction f( {}\nfunction g() {}\n</script>',
    });
    expect(broken.node('A.svelte').parse_error).toMatch(/^template: .*\(4:\d+\)$/);
    expect(broken.from('A.svelte', 'references')).toEqual(['A.svelte#f']);
    expect(broken.node('B.svelte#g').start_line).toBe(6);
  });
});
