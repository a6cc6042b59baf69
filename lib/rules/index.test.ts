import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from './index.ts';

const files = readdirSync(__dirname).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
const ruleFiles = files.filter((file) =>
  /^export const \w+ = rule\(/m.test(readFileSync(join(__dirname, file), 'utf8')),
);

test('every rule is listed once, in order, under the name of its file', () => {
  expect(RULES.map(({ name }) => `${name}.ts`)).toEqual(ruleFiles.sort());
});

test('every rule has a test beside it and says why it holds', () => {
  for (const file of ruleFiles) expect(readdirSync(__dirname)).toContain(file.replace('.ts', '.test.ts'));
  for (const { why } of RULES) expect(why).toMatch(/\.$/);
});
