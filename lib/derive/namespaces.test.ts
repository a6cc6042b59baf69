import { namespaceOf } from './namespaces.ts';

test('a namespace is restricted unless someone in it says why not', () => {
  expect(namespaceOf('data', [{ name: 'postgres' }]).metadata).toMatchObject({
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' },
  });
});

test('the least strict inhabitant decides, and every reason is kept', () => {
  const { labels, annotations } = namespaceOf('gpu', [
    { name: 'a', podSecurity: { level: 'privileged', reason: 'loads a driver' } },
    { name: 'b', podSecurity: { level: 'baseline', reason: 'opens a host port' } },
    { name: 'c' },
  ]).metadata;
  expect(labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'privileged',
    'pod-security.kubernetes.io/audit': 'restricted',
  });
  expect(annotations).toMatchObject({ 'keelson.dev/pod-security-reason': 'a: loads a driver; b: opens a host port' });
});

test('Argo CD asks before it removes one', () => {
  expect(namespaceOf('data', []).metadata.annotations).toEqual({
    'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm',
  });
});

test('inhabitants add labels, for the attribution of cost', () => {
  expect(
    namespaceOf('team-a', [{ name: 'team-a', namespaceLabels: { 'keelson.dev/team': 'a' } }]).metadata.labels,
  ).toMatchObject({ 'keelson.dev/team': 'a' });
});
