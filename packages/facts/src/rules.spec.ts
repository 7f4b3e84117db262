import fc from 'fast-check';
import { Rules, RulesSchema, rulesIn, violationId, type Rule } from './rules.ts';

const imports = (source_id: string, target_id: string) => ({ source_id, target_id, relationship_type: 'imports' as const });
const broken = (rule: Rule, from: string, to: string) => new Rules([rule]).violations(imports(from, to)).length > 0;

describe('A rule', () => {
  it('keeps folders apart', () => {
    const rule = { name: 'features', apart: 'src/features/*' };
    expect(broken(rule, 'src/features/cart/a.ts', 'src/features/login/b.ts')).toBeTrue();
    expect(broken(rule, 'src/features/cart/a.ts', 'src/features/cart/deep/b.ts')).toBeFalse();
    expect(broken(rule, 'src/features/cart/a.ts', 'src/shared/b.ts')).toBeFalse();
    expect(broken(rule, 'src/features/index.ts', 'src/features/cart/a.ts')).toBeFalse();
  });

  it('lets a layer depend on lower layers only', () => {
    const layers = ['ui/**', 'app/**', 'domain/**'];
    const at = ['ui/a.ts', 'app/a.ts', 'domain/a.ts', 'other/a.ts'];
    for (const [from, one] of at.entries())
      for (const [to, other] of at.entries())
        expect(broken({ name: 'layers', layers }, one, other))
          .withContext(`${one} → ${other}`)
          .toBe(from < 3 && to < from);
  });

  it('forbids files to depend on files or packages', () => {
    const rule = { name: 'no react', from: 'src/domain/**', to: 'pkg:npm/react*', message: 'move it to the UI' };
    const [violation] = new Rules([rule]).violations({
      ...{ source_id: 'src/domain/a#b%23.ts', target_id: 'pkg:npm/react-dom', relationship_type: 'depends_on' },
    });
    expect(violation?.message).toBe('move it to the UI');
    expect(violationId(violation!)).toBe('no react|src/domain/a#b%23.ts|depends_on|pkg:npm/react-dom');
    expect(new Rules([rule]).violations(imports('src/ui/a.ts', 'pkg:npm/react'))).toEqual([]);
  });

  it('is about imports and packages unless it names other relationships, and never about a file and itself', () => {
    const calls = { source_id: 'a/x.ts#f', target_id: 'b/y.ts#g', relationship_type: 'calls' as const };
    expect(new Rules([{ name: 'r', from: 'a/*', to: 'b/*' }]).violations(calls)).toEqual([]);
    expect(new Rules([{ name: 'r', from: 'a/*', to: 'b/*', relationship_types: ['calls'] }]).violations(calls).length).toBe(1);
    expect(broken({ name: 'r', from: '**', to: '**' }, 'a.ts', 'a.ts')).toBeFalse();
  });

  it('keeps folders apart as a plain comparison of folders does', () => {
    const path = fc
      .tuple(fc.constantFrom('f', 'g'), fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x.ts', 'd/y.ts'))
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(path, path, (from, to) => {
        const [one, other] = [from.split('/'), to.split('/')];
        expect(broken({ name: 'r', apart: 'f/*' }, from, to)).toBe(one[0] === 'f' && other[0] === 'f' && one[1] !== other[1]);
      }),
    );
  });
});

describe('The rules of a configuration file', () => {
  it('are read beside other settings, and are none without the setting', () => {
    expect((rulesIn('{"port": 1, "rules": [{"name": "r", "apart": "a/*"}]}') as Rules).list.length).toBe(1);
    expect((rulesIn('{}') as Rules).list).toEqual([]);
  });

  it('are refused with the reason', () => {
    expect(rulesIn('{')).toContain('is no JSON');
    for (const rules of [
      [{ name: 'r' }],
      [{ name: 'r', apart: 'a/**' }],
      [{ name: 'a|b', from: 'a', to: 'b' }],
      [{ name: 'r', from: '', to: 'b' }],
    ]) {
      expect(RulesSchema.safeParse(rules).success).withContext(JSON.stringify(rules)).toBeFalse();
      expect(rulesIn(JSON.stringify({ rules }))).toContain('graphtail.config.json: rules');
    }
    const twice = [
      { name: 'r', apart: 'a/*' },
      { name: 'r', apart: 'b/*' },
    ];
    expect(rulesIn(JSON.stringify({ rules: twice }))).toContain('different names');
  });
});
