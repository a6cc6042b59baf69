import type { Entry } from '../lib/platform/manifest-set.ts';
import { complaints, Repository } from './support/outcome.ts';
import { shippedFiles } from './support/shipped.ts';

/* What becomes of a team whose file is deleted: what docs/teams.md promises. */

const repository = new Repository();
const prod = (edit: (files: Record<string, unknown>) => void = () => undefined): readonly Entry[] => {
  const files = shippedFiles();
  edit(files);
  const outcome = repository.replace(files).outcome();
  expect(complaints(outcome)).toEqual([]);
  const result = outcome.results.find(({ environment }) => environment.name === 'prod');
  if (!result) throw new Error('prod is shipped');
  return [...result.manifests];
};
const name = ({ component, manifest: { kind, metadata } }: Entry): string => `${component}: ${kind} ${metadata.name}`;
const asks = ({ manifest: { metadata } }: Entry): boolean =>
  metadata.annotations?.['argocd.argoproj.io/sync-options'] === 'Prune=confirm,Delete=confirm';

const before = prod();
const after = new Set(prod((files) => delete files['environments/prod/teams/vision.yaml']).map(name));
const gone = before.filter((entry) => !after.has(name(entry)));
/** One object that a person is asked about holds back all of its Application, which is one component's. */
const waiting = new Set(gone.filter(asks).map(({ component }) => component));

test('a person is asked before anything goes that data goes with', () => {
  expect(gone.filter(asks).map(name).sort()).toEqual([
    'team-vision: Namespace prod-team-vision',
    'team-vision: PersistentVolume prod-team-vision-dataset-open-images',
    'team-vision: PersistentVolumeClaim dataset-open-images',
    'team-vision: PersistentVolumeClaim shared',
  ]);
});

test('rights, work and snapshots to come end with the merge, and wait for nobody', () => {
  const ended = gone.filter(({ component }) => !waiting.has(component)).map(({ manifest }) => manifest.kind);
  for (const kind of ['RoleBinding', 'RayCluster', 'CronJob']) {
    expect(ended).toContain(kind);
    const left = gone.filter(({ manifest }) => manifest.kind === kind).filter((entry) => waiting.has(entry.component));
    expect(left.map(name)).toEqual([]);
  }
});

test('data of others outlives the team', () => {
  const volumes = gone.flatMap(({ manifest: { kind, spec } }) => (kind === 'PersistentVolume' ? [spec] : []));
  expect(volumes).toMatchObject([{ persistentVolumeReclaimPolicy: 'Retain' }]);
});
