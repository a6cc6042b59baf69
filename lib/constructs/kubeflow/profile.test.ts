import { App, Chart } from 'cdk8s';
import { KubeflowProfile, ownerAnnotation } from './index.ts';

const owner = { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ada@example.com' };
const made = (quota?: Readonly<Record<string, string>>) => {
  const chart = new Chart(new App(), 'test', { namespace: 'team', disableResourceNameHashes: true });
  new KubeflowProfile(chart, 'profile', { namespace: 'team-vision', owner, ...(quota && { quota }) });
  return chart.toJson()[0];
};

test('it is called like the namespace, is in none, and does not go unasked', () => {
  expect(made({ pods: '10' })).toEqual({
    apiVersion: 'kubeflow.org/v1',
    kind: 'Profile',
    metadata: {
      name: 'team-vision',
      annotations: {
        'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm',
      },
    },
    spec: { owner, resourceQuotaSpec: { hard: { pods: '10' } } },
  });
  expect(made().spec).toEqual({ owner });
});

test('the namespace says by an annotation whose it is, and the controller compares the name', () => {
  expect(ownerAnnotation(owner)).toEqual({ owner: made().spec.owner.name });
});
