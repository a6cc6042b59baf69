import { choices, filesOf, refusedChoices, titleOf } from './support/matrix.ts';
import { complaints, Repository } from './support/outcome.ts';
import { withSealedValues } from './support/sealed.ts';
import { invalidities } from './support/valid.ts';

/* Every option that an environment has, and every two of them together. */

const repository = new Repository();

test.each(choices().map((choice) => [titleOf(choice), choice] as const))('%s', (_, choice) => {
  const outcome = withSealedValues(repository, filesOf(choice));
  expect(complaints(outcome)).toEqual([]);
  const [result] = outcome.results;
  if (!result) throw new Error('an environment without a problem is made');
  expect(
    [...result.manifests]
      .map(({ manifest }) => manifest)
      .concat(result.argocd)
      .flatMap(invalidities),
  ).toEqual([]);
});

test.each(refusedChoices())('%s is answered with a sentence', (_, choice) => {
  const { problems, results } = repository.replace(filesOf({ ...choice })).outcome();
  expect(results).toEqual([]);
  expect(problems.map(({ file }) => file)).toContain('environments/matrix/environment.yaml');
});
