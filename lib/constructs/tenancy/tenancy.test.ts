import { App, Chart } from 'cdk8s';
import type { PolicyRule } from '../../../imports/k8s.ts';
import { ACCESS, type Access, rulesOf } from './roles.ts';
import { Tenancy, type TenancyProps } from './tenancy.ts';

const least: TenancyProps = {
  name: 'vision',
  namespace: 'vision',
  quota: { cpu: '16', memory: '64Gi', storage: '1Ti', pods: 50, services: 20, volumes: 30, jobs: 40 },
};

function tenancy(props: Partial<TenancyProps> = {}) {
  const chart = new Chart(new App(), 'test', { namespace: 'vision', disableResourceNameHashes: true });
  new Tenancy(chart, 'tenancy', { ...least, ...props });
  // biome-ignore lint/suspicious/noExplicitAny: manifests as cdk8s returns them
  const all: readonly any[] = chart.toJson();
  return (kind: string) => all.filter((object) => object.kind === kind);
}

/** Whether rules let somebody do something, as the API server reads them. */
const may = (rules: readonly PolicyRule[], verb: string, resource: string, group = ''): boolean =>
  rules.some(
    ({ apiGroups = [], resources = [], verbs, resourceNames }) =>
      [group, '*'].some((one) => apiGroups.includes(one)) &&
      [resource, '*'].some((one) => resources.includes(one)) &&
      [verb, '*'].some((one) => verbs.includes(one)) &&
      resourceNames === undefined,
  );
const who = (verb: string, resource: string, group?: string): Access[] =>
  ACCESS.filter((access) => may(rulesOf(access), verb, resource, group));

test('the quota counts what pods and volumes ask for, devices and things', () => {
  expect(
    tenancy({ quota: { ...least.quota, devices: { 'nvidia.com/gpu': 4 } } })('ResourceQuota')[0].spec.hard,
  ).toEqual({
    'requests.cpu': '16',
    'requests.memory': '64Gi',
    'limits.memory': '64Gi',
    'requests.storage': '1Ti',
    'requests.nvidia.com/gpu': '4',
    pods: '50',
    services: '20',
    'services.loadbalancers': '0',
    'services.nodeports': '0',
    persistentvolumeclaims: '30',
    'count/jobs.batch': '40',
  });
});

test('containers that others put into pods are as small as they like, and no CPU limit comes by the way', () => {
  const { limits } = tenancy({ largestPod: { memory: '29Gi' } })('LimitRange')[0].spec;
  expect(limits).toEqual([
    { type: 'Container', defaultRequest: { cpu: '100m', memory: '256Mi' }, default: { memory: '1Gi' } },
    { type: 'Pod', max: { memory: '29Gi' } },
  ]);
  expect(JSON.stringify(limits)).not.toContain('"min"');
});

describe('rights', () => {
  test('each access has those of the one before it', () => {
    for (const [index, access] of ACCESS.entries()) {
      const fewer = ACCESS[index - 1];
      if (fewer) expect(rulesOf(access)).toEqual(expect.arrayContaining(rulesOf(fewer)));
    }
  });

  test.each([
    ['get', 'pods', '', 'view edit admin'],
    ['get', 'pods/log', '', 'view edit admin'],
    ['list', 'rayclusters', 'ray.io', 'view edit admin'],
    ['get', 'resourcequotas', '', 'view edit admin'],
    ['create', 'pods/exec', '', 'edit admin'],
    ['get', 'pods/portforward', '', 'edit admin'],
    ['create', 'rayjobs', 'ray.io', 'edit admin'],
    ['delete', 'pods', '', 'edit admin'],
    ['create', 'persistentvolumeclaims', '', 'edit admin'],
    ['delete', 'persistentvolumeclaims', '', 'admin'],
    ['delete', 'volumesnapshots', 'snapshot.storage.k8s.io', 'admin'],
    ['get', 'secrets', '', 'admin'],
    ['list', 'rolebindings', 'rbac.authorization.k8s.io', 'admin'],
  ])('%s %s %s: %s', (verb, resource, group, expected) => expect(who(verb, resource, group).join(' ')).toBe(expected));

  test('nobody widens what the team may do, or lets anything in or out', () => {
    const closed: [string, string][] = [
      ['rbac.authorization.k8s.io', 'roles'],
      ['rbac.authorization.k8s.io', 'rolebindings'],
      ['networking.k8s.io', 'networkpolicies'],
      ['networking.k8s.io', 'ingresses'],
      ['gateway.networking.k8s.io', 'httproutes'],
      ['', 'resourcequotas'],
      ['', 'limitranges'],
      ['', 'serviceaccounts'],
      ['', 'serviceaccounts/token'],
      ['', 'namespaces'],
    ];
    for (const [group, resource] of closed) {
      for (const verb of ['create', 'update', 'patch', 'delete', 'bind', 'escalate', 'impersonate']) {
        expect([resource, verb, who(verb, resource, group)]).toEqual([resource, verb, []]);
      }
    }
    for (const access of ACCESS) expect(JSON.stringify(rulesOf(access))).not.toContain('"*"');
  });

  test('they are given to people in the one namespace, by name or by group, and to nobody else', () => {
    const objects = tenancy({
      access: {
        edit: { users: ['ada@example.com'], groups: ['ml-vision', 'ml-vision'] },
        admin: { users: [], groups: ['ml-vision-leads'] },
        view: { users: [], groups: [] },
      },
    });
    expect(objects('RoleBinding').map(({ metadata, roleRef, subjects }) => [metadata, roleRef.name, subjects])).toEqual(
      [
        [
          { name: 'tenant-edit', namespace: 'vision' },
          'tenant-edit',
          [
            { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ada@example.com' },
            { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'ml-vision' },
          ],
        ],
        [
          { name: 'tenant-admin', namespace: 'vision' },
          'tenant-admin',
          [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'ml-vision-leads' }],
        ],
      ],
    );
    expect(objects('Role').map(({ metadata }) => metadata.name)).toEqual(['tenant-edit', 'tenant-admin']);
    expect(objects('ClusterRoleBinding')).toEqual([]);
  });
});

test('the identity of the pods comes without a token of the cluster', () => {
  const annotations = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/vision' };
  const [account] = tenancy({ serviceAccount: { name: 'team', annotations } })('ServiceAccount');
  expect(account).toMatchObject({ metadata: { name: 'team', annotations }, automountServiceAccountToken: false });
});

test('a shared volume is billed to the tenant, and goes only when a person says so', () => {
  const sharedVolume = { claim: 'shared', size: '1Ti', storageClass: 'files', labels: { a: 'b' } };
  const [claim] = tenancy({ sharedVolume, labels: { team: 'vision' } })('PersistentVolumeClaim');
  expect(claim).toMatchObject({
    metadata: {
      labels: { team: 'vision', a: 'b' },
      annotations: { 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm' },
    },
    spec: { accessModes: ['ReadWriteMany'], storageClassName: 'files' },
  });
});

test('a dataset is read, by this tenant alone, and outlives it', () => {
  const objects = tenancy({
    datasets: [
      { claim: 'dataset-a', source: { nfs: { server: 'nfs.example.com', path: '/a' } } },
      { claim: 'dataset-b', source: { csi: { driver: 'efs.csi.aws.com', volumeHandle: 'fs-1' } } },
    ],
  });
  const [a, b] = objects('PersistentVolume');
  for (const volume of [a, b]) {
    expect(volume.spec).toMatchObject({
      accessModes: ['ReadOnlyMany'],
      persistentVolumeReclaimPolicy: 'Retain',
      mountOptions: ['ro'],
    });
    // The API server leaves an empty one out, which Argo CD would call a difference.
    expect(volume.spec).not.toHaveProperty('storageClassName');
    expect(volume.spec.claimRef.namespace).toBe('vision');
  }
  expect(a.spec.nfs).toEqual({ server: 'nfs.example.com', path: '/a', readOnly: true });
  expect(b.spec.csi).toEqual({ driver: 'efs.csi.aws.com', volumeHandle: 'fs-1', readOnly: true });
  expect(objects('PersistentVolumeClaim').map(({ spec }) => [spec.volumeName, spec.storageClassName])).toEqual([
    ['vision-dataset-a', ''],
    ['vision-dataset-b', ''],
  ]);
});
