import type { Application, ApplicationSet, AppProject } from '../../imports/argo-cd.ts';
import type { Operator } from '../operators/operator.ts';
import { testContext } from '../platform/testing.ts';
import { chartSource } from '../platform/versions.ts';
import { argoCdManifests } from './argo-cd.ts';
import { bootstrap } from './bootstrap.ts';
import { applicationName } from './names.ts';
import { operatorApplication } from './operator-application.ts';
import { delivery, PROD } from './testing.ts';

const names = (manifests: readonly { kind: string; metadata: { name: string } }[]) =>
  manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);

test('an environment is a project, a set, and, where it installs operators, what they need', () => {
  expect(names(argoCdManifests(delivery(PROD)))).toEqual([
    'AppProject prod',
    'ApplicationSet prod',
    'AppProject prod.operators',
    'Application prod-operators',
  ]);
  expect(names(argoCdManifests(delivery(PROD.filter(({ layer }) => layer !== 'operators'))))).toEqual([
    'AppProject prod',
    'ApplicationSet prod',
  ]);
});

test('whatever names a project names one that exists', () => {
  const manifests = [...argoCdManifests(delivery(PROD)), ...bootstrap({ name: 'eks', argocd: delivery([]).argocd })];
  const projects = manifests.filter(({ kind }) => kind === 'AppProject').map(({ metadata }) => metadata.name);
  const named = (manifests as unknown as (AppProject | Application | ApplicationSet)[]).flatMap((manifest) => {
    if (manifest.kind === 'AppProject') return [];
    return manifest.kind === 'Application' ? manifest.spec.project : manifest.spec.template.spec.project;
  });
  expect(named.filter((project) => !projects.includes(project))).toEqual([]);
  expect(named).toHaveLength(3);
});

test('names of different environments never meet', () => {
  expect(applicationName('prod', 'eu-research')).not.toBe(applicationName('prod-eu', 'research'));
});

test('the bootstrap manifest follows what is written for its cluster, and itself', () => {
  const [project, application] = bootstrap({ name: 'eks', argocd: delivery([]).argocd });
  expect(project?.metadata.name).toBe('eks.bootstrap');
  expect(application).toMatchObject({
    metadata: {
      name: 'eks-bootstrap',
      namespace: 'argocd',
      annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false' },
    },
    spec: {
      source: { path: 'argocd/eks', directory: { recurse: true, exclude: 'argocd-cm.yaml' }, targetRevision: 'main' },
      destination: { name: 'in-cluster', namespace: 'argocd' },
    },
  });
  // Deleting it by mistake deletes nothing else.
  expect(application?.metadata).not.toHaveProperty('finalizers');
});

test("an operator is its pinned chart, in the operator's namespace, and asks before anything of it goes", () => {
  const context = testContext();
  const operator = {
    name: 'certificates',
    namespace: 'cert-manager',
    summary: '',
    chart: 'cert-manager',
    values: () => ({ replicas: 2 }),
    kinds: {},
    pods: [],
  } as const;
  const application = operatorApplication(operator, context, delivery([]).argocd);
  expect(application).toMatchObject({
    metadata: {
      name: 'test.certificates',
      namespace: 'argocd',
      annotations: { 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm' },
    },
    spec: {
      project: 'test.operators',
      destination: { ...context.cluster.destination, namespace: 'cert-manager' },
      source: { ...chartSource('cert-manager'), helm: { releaseName: 'certificates', valuesObject: { replicas: 2 } } },
      syncPolicy: { syncOptions: expect.arrayContaining(['ServerSideApply=true', 'Prune=confirm', 'Delete=confirm']) },
    },
  });
});

test("an operator without a chart is its kustomization at a tag, patched, in the operator's namespace", () => {
  const operator: Operator = {
    name: 'notebooks',
    namespace: 'notebooks',
    summary: '',
    kustomization: 'kubeflow-notebooks',
    patches: () => [{ target: { kind: 'Deployment' }, patch: [{ op: 'remove', path: '/spec/replicas' }] }],
    kinds: {},
    pods: [],
  };
  const context = testContext();
  const source = (mirror?: string) => {
    const cluster = { ...context.cluster, ...(mirror !== undefined && { registryMirror: mirror }) };
    const { spec } = operatorApplication(operator, { ...context, cluster }, delivery([]).argocd) as Application;
    return spec.source;
  };
  expect(source()).toEqual({
    repoURL: 'https://github.com/kubeflow/notebooks',
    path: 'components/notebook-controller/config/overlays/standalone',
    targetRevision: 'v1.11.0',
    kustomize: {
      namespace: 'notebooks',
      patches: [{ target: { kind: 'Deployment' }, patch: '[{"op":"remove","path":"/spec/replicas"}]' }],
    },
  });
  expect(source('mirror.example.com:5000/ml')?.repoURL).toBe('oci://mirror.example.com:5000/ml/git/kubeflow/notebooks');
});
