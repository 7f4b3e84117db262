import { readProject } from './config/project-files.ts';
import { addressOf } from '../seams/address.ts';
import { analyse } from '../testing/code-base.ts';

const LONG = 300_000;

/** Where a regular expression took time by the square of a text's length, these took minutes to hours. */
describe('a text that is made to slow a pattern down', () => {
  for (const [file, text] of [
    ['go.mod', '\n'.repeat(LONG)],
    ['go.mod', `require (\n${'\n'.repeat(LONG)})`],
    ['Cargo.toml', '['.repeat(LONG)],
  ] as const) {
    it(`is read like any other ${file}: ${JSON.stringify(text.slice(0, 12))}…`, () => {
      expect(readProject(text, file).requires).toEqual([]);
    });
  }

  it('is read like any other comment, in every language', () => {
    const blank = ' '.repeat(LONG);
    const found = analyse({
      'a.go': `package a\n\n// A${blank}b\nfunc A() {}\n`,
      'b.rs': `/// A${blank}b\nfn a() {}\n`,
      'c.java': `class C {\n  /** A${blank}b */\n  void a() {}\n}\n`,
    });
    for (const id of ['a.go#A', 'b.rs#a', 'c.java#C.a']) expect(found.node(id).docstring).toMatch(/^A/);
  });

  it('is read like any other path', () => {
    expect(addressOf(undefined, ['/', '_'.repeat(LONG)])?.segments.length).toBe(1);
  });

  it('does not change the meaning of usual texts', () => {
    const found = analyse({
      'go.mod': 'module m\n\nrequire (\n\texample.com/x v1.0.0\n)\n',
      'a.go':
        'package a\n\nimport "example.com/x"\n\ntype Base[T any] struct{ id int }\n\nfunc (b *Base[T]) Do() { x.Y() }\n\ntype User struct {\n\t*Base[int]\n}\n\nfunc f(u *User) { u.Do() }\n',
    });
    expect(found.all('calls')).toContain('a.go#f -> a.go#Base.Do');
    expect(found.all('depends_on')).toEqual(['a.go -> pkg:golang/example.com/x']);
  });
});
