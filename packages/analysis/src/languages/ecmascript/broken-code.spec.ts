import type { GraphNode } from '@graphtail/facts';
import { analyse, type Analysed } from '../../testing/code-base.ts';

const SHOP = `import { vat } from './vat';

/** A cart. */
export class Cart {
  items: number[] = [];

  add(price: number) {
    if (price > 0) {
      this.items.push(price);
    }
  }

  total() {
    return this.items.reduce((sum, price) => sum + vat(price), 0);
  }
}

const text = \`
not code {
\`;

export const make = () => new Cart();

export function buy(cart: Cart) {
  cart.add(1);
  return cart.total();
}
`;
const USE = `import { buy, make } from './shop';\nexport function use() { return buy(make()); }\n`;
const VAT = 'export function vat(price: number) { return price; }\n';
const ALL = ['Cart', 'Cart.add', 'Cart.items', 'Cart.total', 'buy', 'make', 'text'];

/** A text with something done to it that is there once. */
function edited(find: string, replace: string): string {
  if (SHOP.split(find).length !== 2) throw new Error(`${find} is not there once`);
  return SHOP.replace(find, () => replace);
}

const analysed = (shop: string): Analysed => analyse({ 'shop.ts': shop, 'use.ts': USE, 'vat.ts': VAT });

const namesIn = ({ nodes }: Analysed): string[] =>
  [...nodes.values()].flatMap(({ id }) => (id.startsWith('shop.ts#') ? [id.slice('shop.ts#'.length)] : [])).sort();

/** What is done to the text, and which names come or go by it. */
const STATES: Readonly<Record<string, readonly [shop: string, lost?: string, gained?: string]>> = {
  'a parenthesis in a body is open': [edited('push(price)', 'push(price')],
  'a statement is begun': [edited('    if (price > 0) {', '    const x = foo(\n    if (price > 0) {')],
  'a member is begun': [edited('  total()', '  count(\n\n  total()'), undefined, 'Cart.count'],
  'a condition is open': [edited('if (price > 0) {', 'if (price > 0 {')],
  'the brace of a block is missing': [edited('push(price);\n    }\n', 'push(price);\n')],
  'the brace of a method is missing': [edited('push(price);\n    }\n  }\n', 'push(price);\n    }\n')],
  'the brace of a class is missing': [edited('vat(price), 0);\n  }\n}\n', 'vat(price), 0);\n  }\n')],
  'the brace of the last function is missing': [edited('return cart.total();\n}\n', 'return cart.total();\n')],
  'there is a brace too much': [edited('export const make', '}\n\nexport const make')],
  'the head of a block is gone': [edited('    if (price > 0) {\n', '')],
  'the head of a class has lost its brace': [edited('class Cart {', 'class Cart')],
  'a function is begun at the top': [edited('export const make', 'export function other(\n\nexport const make'), undefined, 'other'],
  'an initialiser is missing': [edited('new Cart();\n', '\n'), 'make'],
  'a string does not end': [edited("from './vat'", "from './vat")],
  'a template does not end': [edited('not code {\n`;', 'not code {'), 'text'],
  'a decorator is begun': [edited('  total()', '  @Log(\n  total()')],
};

describe('A JavaScript or TypeScript file that does not parse', () => {
  for (const [title, [shop, lost, gained]] of Object.entries(STATES)) {
    it(`keeps what is not broken if ${title}, and says what broke on which line`, () => {
      const broken = analysed(shop);
      expect(broken.node('shop.ts').parse_error).toMatch(/\(\d+:\d+\)/);
      expect(namesIn(broken)).toEqual([...ALL.filter((name) => name !== lost), ...(gained === undefined ? [] : [gained])].sort());
    });
  }

  it('keeps everything else unchanged: nothing disappears and returns while somebody types', () => {
    const whole = analysed(SHOP);
    const broken = analysed(edited('cart.add(1);', 'cart.add(1;'));
    const withoutLine = ({ nodes }: Analysed): GraphNode[] =>
      [...nodes.values()].filter(({ id }) => id !== 'shop.ts' && id !== 'shop.ts#buy');
    expect(withoutLine(broken)).toEqual(withoutLine(whole));
    const ids = ({ relationships }: Analysed): string[] => relationships.map(({ id }) => id).sort();
    expect(ids(broken)).toEqual(ids(whole));
  });

  it('has the content of our side of an unfinished merge', () => {
    const ours = '  total() {\n    return 1;\n  }\n';
    const theirs = '  totals() {\n    return 2;\n  }\n';
    const member = '  total() {\n    return this.items.reduce((sum, price) => sum + vat(price), 0);\n  }\n';
    for (const base of ['', `||||||| base\n${member}`]) {
      const merging = analysed(edited(member, `<<<<<<< HEAD\n${ours}${base}=======\n${theirs}>>>>>>> other\n`));
      expect(namesIn(merging)).toEqual(ALL);
      expect(merging.node('shop.ts#Cart.total').start_line).toBe(14);
      expect(merging.node('shop.ts').parse_error).toMatch(/\(13:0\)/);
    }
  });

  it('declares no globals if the broken part is what makes it a module', () => {
    const declared = 'export { a b };\ndeclare function log(): void;\n';
    const { relationships } = analyse({ 'log.d.ts': declared, 'use.ts': 'function use() { log(); }\n' });
    expect(relationships.filter(({ relationship_type }) => relationship_type === 'calls')).toEqual([]);
  });

  it('keeps what can be recovered in any of the extensions', () => {
    for (const extension of ['js', 'jsx', 'mjs', 'cjs', 'ts', 'tsx', 'mts', 'cts', 'd.ts']) {
      const path = `a.${extension}`;
      const { nodes } = analyse({ [path]: 'function f() {\n  return (1;\n}\n\nfunction g() {}\n' });
      expect([...nodes.keys()]).toEqual([path, `${path}#f`, `${path}#g`]);
    }
    const { nodes } = analyse({ 'a.js': '// @flow\nfunction f(a: number) {\n  return (1;\n}\n\nfunction g(b: string) {}\n' });
    expect([...nodes.keys()]).toEqual(['a.js', 'a.js#f', 'a.js#g']);
  });
});
