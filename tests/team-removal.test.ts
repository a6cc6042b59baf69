import { groupKind, type Manifest } from '../lib/platform/manifest-set.ts';
import { complaints, Repository, type Result } from './support/outcome.ts';
import { shippedFiles } from './support/shipped.ts';

/* What becomes of a team whose file is deleted: what docs/teams.md promises. */

const repository = new Repository();
const prod = (edit: (files: Record<string, unknown>) => void = () => undefined): Result => {
  const files = shippedFiles();
  edit(files);
  const outcome = repository.replace(files).outcome();
  expect(complaints(outcome)).toEqual([]);
  const result = outcome.results.find(({ environment }) => environment.name === 'prod');
  if (!result) throw new Error('prod is shipped');
  return result;
};
const manifestsOf = ({ manifests }: Result): Manifest[] => [...manifests].map(({ manifest }) => manifest);
const name = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;
const asks = ({ metadata }: Manifest): boolean =>
  metadata.annotations?.['argocd.argoproj.io/sync-options'] === 'Prune=confirm,Delete=confirm';

const before = manifestsOf(prod());
const after = new Set(manifestsOf(prod((files) => delete files['environments/prod/teams/vision.yaml'])).map(name));
const gone = before.filter((manifest) => !after.has(name(manifest)));

test('a person is asked before anything goes that data goes with', () => {
  expect(gone.filter(asks).map(name).sort()).toEqual([
    'Namespace prod-team-vision',
    'PersistentVolume prod-team-vision-dataset-open-images',
    'PersistentVolumeClaim dataset-open-images',
    'PersistentVolumeClaim shared',
  ]);
});

test('rights and snapshots to come end at once', () => {
  const rest = gone.filter((manifest) => !asks(manifest)).map(groupKind);
  expect(rest).toEqual(
    expect.arrayContaining(['rbac.authorization.k8s.io/RoleBinding', 'batch/CronJob', 'ray.io/RayCluster']),
  );
});

test('data of others outlives the team', () => {
  const volumes = gone.filter(({ kind }) => kind === 'PersistentVolume');
  expect(
    volumes.map(({ spec }) => (spec as { persistentVolumeReclaimPolicy: string }).persistentVolumeReclaimPolicy),
  ).toEqual(['Retain']);
});
