import { imagesIn } from '../lib/kubernetes/image.ts';
import { type ImageName, imageNames, imageReference } from '../lib/platform/versions.ts';
import { choices, filesOf, refusedChoices, titleOf } from './support/matrix.ts';
import { complaints, Repository } from './support/outcome.ts';
import { withSealedValues } from './support/sealed.ts';
import { invalidities } from './support/valid.ts';

/* Every option that an environment has, and every two of them together. */

const repository = new Repository();
const images = new Set<ImageName>();

test.each(choices().map((choice) => [titleOf(choice), choice] as const))('%s', (_, choice) => {
  const outcome = withSealedValues(repository, filesOf(choice));
  expect(complaints(outcome)).toEqual([]);
  const [result] = outcome.results;
  if (!result) throw new Error('an environment without a problem is made');
  const manifests = [...result.manifests].map(({ manifest }) => manifest);
  expect([...manifests, ...result.argocd].flatMap(invalidities)).toEqual([]);
  const { registryMirror } = result.environment.config.cluster;
  const used = new Set(manifests.flatMap((manifest) => imagesIn(manifest).map(({ reference }) => reference)));
  for (const name of imageNames()) if (used.has(imageReference(name, registryMirror))) images.add(name);
});

test('every image of versions.ts is used by some of them', () => {
  expect(imageNames().filter((name) => !images.has(name))).toEqual([]);
});

test.each(refusedChoices())('%s is answered with a sentence', (_, choice) => {
  const { problems, results } = repository.replace(filesOf({ ...choice })).outcome();
  expect(results).toEqual([]);
  expect(problems.map(({ file }) => file)).toContain('environments/matrix/environment.yaml');
});
