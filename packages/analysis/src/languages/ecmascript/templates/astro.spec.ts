import { analyse } from '../../../testing/code-base.ts';

const lines = (...text: string[]): string => text.join('\n');

describe('An Astro component', () => {
  const found = analyse({
    'Card.astro': '<li><slot/></li>',
    'Menu.tsx': 'export const Menu = { Item: () => null }',
    'posts.ts': 'export class Post { title() { return "" } }\nexport const posts: Post[] = []\nexport function url(post: Post) {}',
    'client.ts': 'export function start() {}',
    'index.astro': lines(
      '---',
      "import Card from './Card.astro'",
      "import { Menu } from './Menu'",
      "import { posts, url } from './posts'",
      'const { title } = Astro.props',
      'const pick = (n: number) => n < 1',
      'export const getStaticPaths = () => posts',
      '---',
      '<!doctype html>',
      '<html lang=`${pick(0)}`>{/* <Card/> */}<!-- <Card/> -->',
      '  <img src={url(posts[0])} alt="{not code}"><br>',
      '  {posts.length > 0 && posts.map((post) => (',
      '    <Card href={url(post)} {...title}>',
      '      {post.title() ? <b>{post.title()}</b> : <></>}',
      '    </Card>',
      '  ))}',
      '  <Menu.Item client:load onClick={pick} />',
      '</html>',
      '<script>',
      "  import { start } from './client'",
      '  const title = start()',
      '</script>',
      '<script src="./client.ts"></script>',
    ),
  });

  it('has the declarations of its frontmatter and its scripts', () => {
    expect(found.node('index.astro')).toEqual(jasmine.objectContaining({ language: 'astro', node_type: 'file', end_line: 23 }));
    expect(found.node('index.astro').parse_error).toBeUndefined();
    expect(found.node('index.astro#pick').start_line).toBe(6);
    expect(found.all('imports')).toEqual([
      'index.astro -> Card.astro',
      'index.astro -> Menu.tsx',
      'index.astro -> client.ts',
      'index.astro -> posts.ts',
    ]);
  });

  it('uses components and calls functions also where markup and code contain each other', () => {
    expect(found.from('index.astro', 'uses')).toEqual(['Card.astro', 'Menu.tsx#Menu.Item']);
    expect(found.relationship('index.astro', 'uses', 'Card.astro')).toEqual(jasmine.objectContaining({ line_offset: 12, count: 1 }));
    expect(found.relationship('index.astro', 'calls', 'posts.ts#Post.title')).toEqual(
      jasmine.objectContaining({ line_offset: 13, count: 2 }),
    );
    expect(found.relationship('index.astro', 'calls', 'posts.ts#url').count).toBe(2);
    expect(found.relationship('index.astro', 'calls', 'index.astro#pick').line_offset).toBe(9);
    expect(found.from('index.astro', 'calls')).toContain('client.ts#start');
    expect(found.from('index.astro', 'references')).toContain('index.astro#pick');
  });

  it('that is broken keeps what is sound, and tells', () => {
    const broken = analyse({ 'a.astro': '---\nfunction f() {}\n---\n<p a={f(}>{f()}</p>{<b>{f}' });
    expect(broken.node('a.astro').parse_error).toMatch(/^template: /);
    expect(broken.from('a.astro', 'calls')).toEqual(['a.astro#f']);
  });
});
