import type { AppProject } from '../../imports/argo-cd.ts';
import { bootstrapProject, environmentProject, operatorsProject } from './app-project.ts';
import { chart, delivery, entry, PROD } from './testing.ts';

const specOf = (project: unknown): AppProject['spec'] => (project as AppProject).spec;
const kinds = (list: readonly { readonly group: string; readonly kind: string }[] = []) =>
  list.map(({ group, kind }) => `${group}/${kind}`);

describe('the project of an environment', () => {
  const spec = specOf(environmentProject(delivery(PROD)));

  test('allows exactly the namespaces of dist, on its cluster', () => {
    expect(spec.destinations).toEqual(
      ['', 'prod-ml', 'prod-ranking', 'prod-vision'].map((namespace) => ({ name: 'eks', namespace })),
    );
  });

  test('allows exactly the kinds of dist that are in no namespace', () => {
    expect(kinds(spec.clusterResourceWhitelist)).toEqual(['/Namespace']);
  });

  test('allows the kinds of dist and the ordinary ones, and no others', () => {
    const allowed = kinds(spec.namespaceResourceWhitelist);
    expect(allowed).toContain('ray.io/RayCluster');
    expect(allowed).not.toContain('/Secret');
    expect(allowed).not.toContain('/Pod');
    expect(allowed).not.toContain('argoproj.io/Application');
    expect(allowed).toEqual([...new Set(allowed)].sort());
  });

  test('still allows the kind of the last CronJob and of the last resource of an operator, so that they can be pruned', () => {
    const operator = {
      name: 'kuberay',
      namespace: 'ray',
      summary: '',
      chart: 'cert-manager',
      values: () => ({}),
      pods: [],
      kinds: { 'ray.io/RayJob': {}, 'ray.io/RayTopology': { clusterScoped: true } },
    } as const;
    const { namespaceResourceWhitelist, clusterResourceWhitelist } = specOf(
      environmentProject(delivery(PROD, { operators: new Map([['kuberay', operator]]) })),
    );
    expect(kinds(namespaceResourceWhitelist)).toEqual(expect.arrayContaining(['batch/CronJob', 'ray.io/RayJob']));
    expect(kinds(clusterResourceWhitelist)).toEqual(['/Namespace']);
  });

  test('takes manifests from the one repository', () => {
    expect(spec.sourceRepos).toEqual(['https://git.example.com/ml/platform.git']);
  });
});

test('charts come from the repositories in use, into the namespaces of their operators', () => {
  const entries = [...PROD, chart('ray', 'https://ray.example.com'), chart('kueue', 'https://charts.example.com')];
  const spec = specOf(operatorsProject(delivery(entries)));
  expect(spec.sourceRepos).toEqual(['https://charts.example.com', 'https://ray.example.com']);
  expect(spec.destinations).toEqual(
    ['cnpg-system', 'kueue-system', 'ray-system'].map((namespace) => ({ name: 'eks', namespace })),
  );
});

test("what is given to Argo CD is Argo CD's own, in its own namespace, and nothing of the cluster", () => {
  const spec = specOf(bootstrapProject('eks', delivery([]).argocd));
  expect(spec.destinations).toEqual([{ name: 'in-cluster', namespace: 'argocd' }]);
  expect(spec.clusterResourceWhitelist).toEqual([]);
  expect(kinds(spec.namespaceResourceWhitelist)).toEqual([
    'argoproj.io/AppProject',
    'argoproj.io/Application',
    'argoproj.io/ApplicationSet',
  ]);
});

test('a project is there before the Applications that name it and stays until the last is gone', () => {
  expect(
    (environmentProject(delivery([entry('a', 'data', ['v1', 'Service', 'a', 'n'])])) as AppProject).metadata,
  ).toMatchObject({
    annotations: {
      'argocd.argoproj.io/sync-wave': '-1',
      'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm',
    },
    finalizers: ['resources-finalizer.argocd.argoproj.io'],
  });
});
