import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvironments } from './load.ts';
import { renderProblems } from './render.ts';
import { TEST_SCHEMAS } from './testing.ts';

const cases = join(__dirname, 'fixtures/bad');

/** A case is a folder with `environments/` as a person might write them, and what that person is told. */
test.each(readdirSync(cases))('%s', (name) => {
  const root = join(cases, name);
  const { environments, problems, locate } = loadEnvironments(root, TEST_SCHEMAS);
  expect(renderProblems(problems, locate)).toBe(readFileSync(join(root, 'expected.txt'), 'utf8'));
  const files = problems.map(({ file }) => file);
  for (const environment of environments) expect(files).not.toEqual(expect.arrayContaining([environment.file]));
  expect(existsSync(join(root, 'expected.txt'))).toBe(true);
});
