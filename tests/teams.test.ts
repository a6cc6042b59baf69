import { factsOf } from '../lib/platform/facts.ts';
import type { Manifest } from '../lib/platform/manifest-set.ts';
import { plan } from '../lib/platform/plan.ts';
import { clusterOf } from '../lib/rules/cluster.ts';
import { complaints, Repository } from './support/outcome.ts';
import { shippedFiles } from './support/shipped.ts';

/* Two teams that have all a team can have, in one environment: neither has anything of the other's. */

const TEAMS = ['red', 'blue'] as const;
const team = (name: string) => ({
  name,
  displayName: name,
  costCentre: 'cc-1',
  members: { users: [`${name}@example.com`], groups: [`${name}-people`], admins: { groups: [`${name}-leads`] } },
  quota: { cpu: 64, memory: '256Gi', storage: '1Ti' },
  sharedVolume: { size: '10Gi' },
  // The same data is fine: each has a volume of its own to read it.
  datasets: [{ name: 'images', nfs: { server: 'nfs.example.com', path: '/images' } }],
  bucket: true,
  rayClusters: [{ name: 'train', workerGroups: [{ name: 'cpu', cpu: 1, memory: '2Gi', max: 2 }] }],
});

const { 'environments/defaults.yaml': defaults, 'environments/dev/environment.yaml': dev } = shippedFiles();
const outcome = new Repository({
  'environments/defaults.yaml': defaults,
  'environments/dev/environment.yaml': dev,
  ...Object.fromEntries(TEAMS.map((name) => [`environments/dev/teams/${name}.yaml`, team(name)])),
}).outcome();
const [result] = outcome.results;
if (!result) throw new Error(complaints(outcome).join('\n'));
const planned = plan(result.environment);
const cluster = clusterOf(result.manifests, planned.operators.values(), factsOf(planned));
const all = [...result.manifests].map(({ manifest }) => manifest);
const home = (name: string): string => `dev-team-${name}`;
const of = (kind: string, namespace?: string): Manifest[] =>
  all.filter((one) => one.kind === kind && (namespace === undefined || one.metadata.namespace === namespace));

test('nothing is wrong with them', () => expect(complaints(outcome)).toEqual([]));

describe.each([
  ['red', 'blue'],
  ['blue', 'red'],
])('%s and what %s has', (mine, theirs) => {
  test('pods: not one of theirs lets one of mine in, at any port', () => {
    const pods = cluster.all.ofKind('/Pod').map(({ manifest }) => manifest);
    const within = (name: string) => pods.filter(({ metadata }) => metadata.namespace === home(name));
    // People's own, Ray's head and workers.
    expect(within(mine).length).toBeGreaterThan(2);
    const open = within(mine).flatMap((from) =>
      within(theirs).flatMap((to) =>
        [22, 80, 443, 6379, 8000, 8080, 8265, 8888, 10001, 65535]
          .filter((port) => cluster.policies.allows(from, to, port))
          .map((port) => `${from.metadata.name} > ${to.metadata.name}:${port}`),
      ),
    );
    expect(open).toEqual([]);
    // The same question has another answer where it should have.
    const own = within(mine).some((from) => within(mine).some((to) => cluster.policies.allows(from, to, 10001)));
    expect(own).toBe(true);
  });

  test('rights: none of my people is bound there, nor in all of the cluster', () => {
    const subjects = [...of('RoleBinding', home(theirs)), ...of('ClusterRoleBinding')].flatMap(
      (binding) => (binding.subjects ?? []) as { readonly kind: string; readonly name: string }[],
    );
    expect(subjects.length).toBeGreaterThan(2);
    expect(subjects.filter(({ kind, name }) => kind !== 'ServiceAccount' && name.startsWith(mine))).toEqual([]);
  });

  test('volumes: each is bound to a claim of one of us', () => {
    const claims = of('PersistentVolume').map(({ metadata, spec }) => [
      metadata.name,
      (spec as { claimRef: { namespace: string } }).claimRef.namespace,
    ]);
    expect(claims).toContainEqual([`${home(mine)}-dataset-images`, home(mine)]);
    expect(
      of('PersistentVolumeClaim', home(mine))
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(['dataset-images', 'shared']);
  });

  test('buckets: my policy opens mine alone, and no Secret of mine is there', () => {
    const [asked] = of('ConfigMap').filter(({ metadata }) => metadata.name === 'minio-buckets');
    const data = asked?.data as Record<string, string>;
    const policy = Object.entries(data).find(([file]) => file.includes(`team-${mine}`) && file.includes('policy'))?.[1];
    expect(policy).toContain(`arn:aws:s3:::team-${mine}`);
    const resources = [...(policy ?? '').matchAll(/arn:aws:s3:::([a-z*-]+)/g)].map(([, bucket]) => bucket);
    expect(new Set(resources)).toEqual(new Set([`team-${mine}`]));
    const secrets = of('ExternalSecret', home(theirs)).map(({ metadata }) => metadata.name);
    expect(secrets).toContain(`team-${theirs}-bucket`);
    expect(secrets.filter((name) => name.includes(mine))).toEqual([]);
  });
});
