import { parseArgs } from 'node:util';
import { search } from './explore.ts';
import { RULES, rulesWithout, type RuleName } from './rules.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';
import { describe } from './trace.ts';

const USAGE = `node tests/model/search.ts [--depth N] [--states N] [--scenario NAME] [--without RULE]
  searches every scenario, or one, for a trace that breaks the log's promise; exits with 1 where it finds one
  scenarios: ${Object.keys(SCENARIOS).join(', ')}
  rules: ${Object.keys(RULES).join(', ')}`;

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { depth: { type: 'string' }, states: { type: 'string' }, scenario: { type: 'string' }, without: { type: 'string' } },
});
const isKnown =
  (values.scenario === undefined || Object.hasOwn(SCENARIOS, values.scenario)) &&
  (values.without === undefined || Object.hasOwn(RULES, values.without));
if (isKnown) {
  const names = values.scenario === undefined ? Object.keys(SCENARIOS) : [values.scenario];
  const rules = rulesWithout(...(values.without === undefined ? [] : [values.without as RuleName]));
  for (const name of names) {
    const limit = { states: Number(values.states ?? 1_000_000), ...(values.depth === undefined ? {} : { depth: Number(values.depth) }) };
    const found = search(rules, SCENARIOS[name as ScenarioName], limit);
    process.stdout.write(`${name}: ${describe(found)}\n`);
    if (found.counterexample !== undefined) process.exitCode = 1;
  }
} else {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 1;
}
