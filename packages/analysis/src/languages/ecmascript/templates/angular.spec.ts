import fc from 'fast-check';
import { analyse } from '../../../testing/code-base.ts';
import { expectIncrementalEqualsFull } from '../../../testing/outputs.ts';
import { withoutPipes } from './angular-code.ts';

const lines = (...text: string[]): string => text.join('\n');

const CARD = lines(
  "import { Item } from './item'",
  '@Component({',
  "  selector: 'app-card, [appCard]',",
  '  template: `',
  '    <b (click)="press($event)">{{ item.title() | upper : \'a\' }}</b>',
  '    @if (item; as it) { {{ it.title() }} } @else if (open()) { <i></i> }',
  '  `,',
  '})',
  'export class Card {',
  '  item = new Item()',
  '  press(event: Event) {}',
  '  open() { return true }',
  '}',
);

describe('An Angular component', () => {
  const found = analyse({
    'item.ts': 'export class Item { title() { return "" } children: Item[] = [] }',
    'card.ts': CARD,
    'upper.ts': "@Pipe({ name: 'upper' })\nexport class Upper { transform() {} }",
    'focus.ts': "@Directive({ selector: 'input[appFocus]' })\nexport class Focus {}",
    'page.ts': lines(
      "import { Item } from './item'",
      "@Component({ selector: 'app-page', templateUrl: './page.html' })",
      'export class Page extends Base {',
      '  items: Item[] = []',
      '  key(item: Item) { return item }',
      '  delete() {}',
      '}',
      'class Base { reset = () => {} }',
    ),
    'page.html': lines(
      '<app-card *ngFor="let item of items; trackBy: key; let i = index" [title]="item.title()" (done)="reset()"></app-card>',
      '<input #name appFocus (keyup)="reset(); delete()" [value]="name.value">',
      '@for (item of items; track item.title(); let n = $index) {',
      '  <app-card [x]="key" />',
      '} @empty { <p title="none of {{ reset() }}">{{ i }}</p> }',
      '@let first = items[0].title();',
    ),
  });

  it('has its inline template read in its class', () => {
    expect(found.from('card.ts', 'calls')).toEqual(['card.ts#Card.open', 'card.ts#Card.press', 'item.ts#Item.title']);
    expect(found.relationship('card.ts', 'calls', 'item.ts#Item.title')).toEqual(jasmine.objectContaining({ line_offset: 4, count: 2 }));
    expect(found.from('card.ts#Card', 'uses')).toContain('upper.ts#Upper');
  });

  it('gives its members to the template that it names, with their types', () => {
    expect(found.from('page.ts', 'imports')).toContain('page.html');
    expect(found.from('page.html', 'calls')).toEqual(['item.ts#Item.title', 'page.ts#Base.reset', 'page.ts#Page.delete']);
    expect(found.relationship('page.html', 'calls', 'item.ts#Item.title')).toEqual(
      jasmine.objectContaining({ count: 3, line_offset: 0, resolution: 'receiver' }),
    );
    expect(found.relationship('page.html', 'references', 'page.ts#Page.key').count).toBe(2);
    expect(found.node('page.html').parse_error).toBeUndefined();
  });

  it('is used where its selector stands, and so are directives', () => {
    expect(found.from('page.html', 'uses')).toEqual(['card.ts#Card', 'focus.ts#Focus']);
    expect(found.relationship('page.html', 'uses', 'card.ts#Card')).toEqual(jasmine.objectContaining({ resolution: 'global', count: 2 }));
  });

  it('has a broken template told, and the rest of it read', () => {
    const broken = analyse({
      'a.ts': "@Component({ templateUrl: 'a.html' })\nexport class A { f() {} }",
      'a.html': '<b (click)="f()"></b>\n<b (click)="f("></b>\n@if (f( {\n{{ f() }}\n<b [x]="f()',
    });
    expect(broken.node('a.html').parse_error).toMatch(/^template: .*\(2:\d+\)$/);
    expect(broken.relationship('a.html', 'calls', 'a.ts#A.f').count).toBeGreaterThan(1);
  });

  it('has pipes that become operands, at the same places', () => {
    for (const [code, want] of [
      ["a | date: 'x' : y", "a |0    | 'x' | y"],
      ['(a$ | async)?.b || c', '(a$        )?.b || c'],
      ['f(a | one, b ? c : d)', 'f(a |0   , b ? c : d)'],
      ["'a | b' || {c: d | e}", "'a | b' || {c: d |0 }"],
    ] as const)
      expect(withoutPipes(code).code).toBe(want);
  });

  it('and its template are, after any edits, as in a fresh analysis', () => {
    const edits = {
      'page.ts': [
        undefined,
        "@Component({ selector: 'app-page', templateUrl: './page.html' })\nexport class Page { a() { return this } }",
        "@Component({ selector: 'app-card', templateUrl: './other.html' })\nexport default class { a() { return this } b() {} }",
      ],
      'more.ts': [undefined, "@Component({ selector: 'app-card', templateUrl: './page.html' })\nexport class More { b() {} }"],
      'card.ts': [undefined, CARD],
      'item.ts': [undefined, 'export class Item { title() { return 1 } }'],
      'page.html': [undefined, '<app-card (x)="a().b()"/><app-page (y)="b"/>'],
      'other.html': [undefined, '{{ a().a() }}<app-page appCard/>'],
    } as const;
    const edit = fc
      .constantFrom(...Object.entries(edits))
      .chain(([path, sources]) => fc.record({ path: fc.constant(path), source: fc.constantFrom(...sources) }));
    expectIncrementalEqualsFull([['page.ts', edits['page.ts'][1]]], edit, 80);
  });
});
