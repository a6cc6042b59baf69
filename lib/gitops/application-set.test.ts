import type { ApplicationSet } from '../../imports/argo-cd.ts';
import { componentSet } from './application-set.ts';
import { delivery, entry, PROD } from './testing.ts';

/** As Go's path.Match, which Argo CD uses, reads a star. */
const matchesGlob = (path: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replaceAll('*', '[^/]*')}$`).test(path);

const set = componentSet(delivery(PROD)) as ApplicationSet;
const { spec } = set.spec.template;

test('every component of the environment has one Application, and operators have none here', () => {
  const directories = set.spec.generators.flatMap(({ git }) => git?.directories ?? []);
  const generated = (path: string) =>
    directories.filter((d) => !d.exclude && matchesGlob(path, d.path)).length > 0 &&
    !directories.some((d) => d.exclude && matchesGlob(path, d.path));
  const paths = [...new Set(PROD.map(({ layer, component }) => `dist/prod/${layer}/${component}`))];
  expect(paths.filter((path) => !generated(path))).toEqual(['dist/prod/operators/cnpg']);
  expect(generated('dist/prod')).toBe(false);
  expect(generated('dist/prod/teams')).toBe(false);
  expect(generated('dist/dev/teams/vision')).toBe(false);
  expect(set.spec.generators).toHaveLength(1);
});

test('a key that a path does not give is an error, not an empty name', () => {
  expect(set.spec).toMatchObject({ goTemplate: true, goTemplateOptions: ['missingkey=error'] });
});

test('Applications prune, heal, try again without end, and apply on the server', () => {
  expect(spec.syncPolicy).toMatchObject({
    automated: { prune: true, selfHeal: true },
    retry: { limit: -1, refresh: true },
  });
  expect(spec.syncPolicy?.syncOptions).toEqual([
    'SkipDryRunOnMissingResource=true',
    'ServerSideApply=true',
    'RespectIgnoreDifferences=true',
  ]);
  expect(set.spec.template.metadata.annotations).toEqual({
    'argocd.argoproj.io/compare-options': 'ServerSideDiff=true',
    'argocd.argoproj.io/manifest-generate-paths': '.',
  });
});

test('repository, revision, cluster and project are those of the environment', () => {
  expect(spec).toMatchObject({
    project: 'prod',
    destination: { name: 'eks' },
    source: { repoURL: 'https://git.example.com/ml/platform.git', targetRevision: 'main', path: '{{ .path.path }}' },
  });
});

test('an Application that goes takes along what it deployed; the whole set goes when a person says so', () => {
  expect(set.spec.syncPolicy).toEqual({ applicationsSync: 'sync', preserveResourcesOnDeletion: false });
  expect(set.spec.template.metadata.finalizers).toEqual(['resources-finalizer.argocd.argoproj.io']);
  expect(set.metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm' });
});

test('each Application ignores the fields that others write in its own objects', () => {
  expect(set.spec.templatePatch).toBe(`{{- if has .path.basename (list "mlflow") }}
spec:
  ignoreDifferences:
    - group: apps
      jqPathExpressions:
        - .spec.replicas
      kind: Deployment
      name: mlflow
      namespace: prod-ml
{{- else if has .path.basename (list "ranking" "vision") }}
spec:
  ignoreDifferences:
    - group: ray.io
      jqPathExpressions:
        - .spec.replicas
      kind: RayCluster
{{- else }}
{}
{{- end }}
`);
});

test('without such fields there is no patch', () => {
  const none = componentSet(delivery([entry('a', 'data', ['v1', 'Service', 'a', 'n'])])) as ApplicationSet;
  expect(none.spec).not.toHaveProperty('templatePatch');
});
