import { DATA_KEY, formProblem, keyProblem, labelProblem, nameProblem, PORT_NAME } from './names.ts';

test.each([
  ['/Service', 'mlflow'],
  ['/ConfigMap', 'kube-root-ca.crt'],
  ['/ConfigMap', '1.a-b'],
  ['rbac.authorization.k8s.io/ClusterRole', 'system:auth-delegator'],
  ['batch/CronJob', 'x'.repeat(52)],
  ['apps/StatefulSet', 'x'.repeat(52)],
  ['batch/Job', 'x'.repeat(63)],
])('%s may be called %s', (kind, name) => expect(nameProblem(kind, name)).toBeUndefined());

test.each([
  ['/Service', '1st', 'is not made of'],
  ['/Service', 'a.b', 'is not made of'],
  ['/Service', 'x'.repeat(64), 'has 64 characters; at most 63 work'],
  ['/Namespace', 'a.b', 'is not made of'],
  ['/ConfigMap', 'Config', 'is not made of'],
  ['/ConfigMap', 'a..b', 'is not made of'],
  ['/ConfigMap', '-a', 'is not made of'],
  ['rbac.authorization.k8s.io/Role', 'a/b', 'is not made of'],
  ['batch/CronJob', 'x'.repeat(53), 'at most 52 work'],
  ['apps/StatefulSet', 'x'.repeat(53), 'at most 52 work'],
  ['batch/Job', 'x'.repeat(64), 'at most 63 work'],
])('%s may not be called %s', (kind, name, says) => expect(nameProblem(kind, name)).toContain(says));

test('a kind may bound its names further', () => {
  expect(nameProblem('ray.io/RayCluster', 'x'.repeat(54), 53)).toContain('at most 53 work');
});

test('keys of labels have an optional prefix', () => {
  for (const key of ['app', 'app.kubernetes.io/name', 'a_b.c']) expect(keyProblem(key)).toBeUndefined();
  for (const key of ['', '/name', 'a/b/c', 'App.Example/x', 'x-', 'x'.repeat(64)])
    expect(keyProblem(key)).toBeDefined();
});

test('values of labels are short and plain, or empty', () => {
  for (const value of ['', 'a', 'A.b_c-d']) expect(labelProblem(value)).toBeUndefined();
  for (const value of ['a b', '-a', 'x'.repeat(64), 'a/b']) expect(labelProblem(value)).toBeDefined();
});

test('port names are at most 15 characters with a letter', () => {
  expect(formProblem(PORT_NAME, 'http')).toBeUndefined();
  for (const name of ['8080', 'a--b', 'Http', 'x'.repeat(16)]) expect(formProblem(PORT_NAME, name)).toBeDefined();
});

test('keys of ConfigMaps are file names', () => {
  expect(formProblem(DATA_KEY, 'ca.crt')).toBeUndefined();
  for (const key of ['a/b', '..', '', 'a b']) expect(formProblem(DATA_KEY, key)).toBeDefined();
});
