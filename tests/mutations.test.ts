import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { renderProblems } from '../lib/config/render.ts';
import { choices, filesOf } from './support/matrix.ts';
import { type Files, mutated } from './support/mutation.ts';
import { complaints, type Outcome, Repository } from './support/outcome.ts';
import { withSealedValues } from './support/sealed.ts';
import { shippedFiles } from './support/shipped.ts';
import { invalidities } from './support/valid.ts';

/*
 * Whatever somebody writes into the files of a valid repository: either they hear what is wrong and where, or they get
 * manifests that break no rule and that every version of Kubernetes takes. Nothing in between: a rule that is broken
 * although nothing was said against the configuration is a mistake of ours.
 */

/** RUNS=10000 npx jest tests/mutations; with the SEED that a failure names it is made as small as it can be, which takes long. */
const numRuns = Number(process.env.RUNS ?? 200);
const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };

const repository = new Repository();

const shipped = Object.entries(shippedFiles());
/** Single environments and those that share a cluster, with the defaults of all. */
const of = (...names: string[]): Files =>
  Object.fromEntries(shipped.filter(([file]) => ['defaults.yaml', ...names].includes(file.split('/')[1] ?? '')));
const BASES: readonly Files[] = [
  of('local'),
  of('prod'),
  of('dev', 'staging'),
  ...choices()
    .filter((_, index) => numRuns > 1000 || index % 8 === 0)
    .map(filesOf),
];

/** Whether the files were taken. */
function check(files: Files): boolean {
  const outcome = withSealedValues(repository, files);
  expectPlaces(outcome);
  const { results, problems } = outcome;
  if (problems.length > 0) return false;
  expect(complaints(outcome)).toEqual([]);
  for (const { manifests, argocd } of results) {
    expect(
      [...manifests]
        .map(({ manifest }) => manifest)
        .concat(argocd)
        .flatMap(invalidities),
    ).toEqual([]);
  }
  return true;
}

/** Everything that is said is said of a place in a file, in one line. */
function expectPlaces({ problems, locate }: Outcome): void {
  for (const problem of problems) {
    const { file, line, column, length, text } = locate(problem);
    expect(problem.message).not.toMatch(/undefined|\[object|\n|^$/);
    // What is missing altogether has no text.
    if (text === undefined) continue;
    expect(readFileSync(join(repository.root, file), 'utf8').split('\n')[line - 1]?.replace(/\r$/, '')).toBe(text);
    expect(column - 1 + length).toBeLessThanOrEqual(Math.max(text.length, column));
  }
  renderProblems(problems, locate);
}

test('a valid repository is valid', () => {
  for (const files of BASES.slice(0, 3)) expect(check(files)).toBe(true);
});

test('whatever is changed is refused with its place, or makes manifests that are right', () => {
  let taken = 0;
  const property = fc.property(mutated(BASES), (files) => {
    if (check(files)) taken++;
  });
  fc.assert(property, { numRuns, endOnFailure: process.env.SEED === undefined, ...seed });
  // Were all refused, this would show nothing.
  expect(taken).toBeGreaterThan(numRuns / 20);
}, 3_600_000);
