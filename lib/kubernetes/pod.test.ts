import { parse } from 'yaml';
import { containersOf, podReferences } from './pod.ts';

const references = (spec: string) =>
  [...podReferences(parse(spec), 'ns', 'spec')].map(
    ({ field, target, name, keys, optional }) =>
      `${field} ${target} ${name}${keys ? ` [${keys}]` : ''}${optional ? ' optional' : ''}`,
  );

test('a PodSpec names accounts, classes and pull secrets', () => {
  expect(
    references(
      '{serviceAccountName: sa, priorityClassName: high, runtimeClassName: nvidia, imagePullSecrets: [{name: pull}]}',
    ),
  ).toEqual([
    'spec.serviceAccountName /ServiceAccount sa',
    'spec.imagePullSecrets[0] /Secret pull',
    'spec.priorityClassName scheduling.k8s.io/PriorityClass high',
    'spec.runtimeClassName node.k8s.io/RuntimeClass nvidia',
  ]);
});

test('volumes name claims, classes, ConfigMaps and Secrets with the keys they use', () => {
  expect(
    references(`
volumes:
- {name: a, persistentVolumeClaim: {claimName: data}}
- {name: b, configMap: {name: config}}
- {name: c, secret: {secretName: tls, items: [{key: tls.crt, path: x}], optional: true}}
- {name: d, projected: {sources: [{configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: y}]}}, {secret: {name: s}}]}}
- {name: e, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: fast}}}}
containers:
- {name: main, volumeMounts: [{name: b, mountPath: /etc/app.yaml, subPath: app.yaml}]}
`),
  ).toEqual([
    'spec.volumes[0].persistentVolumeClaim /PersistentVolumeClaim data',
    'spec.volumes[1].configMap /ConfigMap config [app.yaml]',
    'spec.volumes[2].secret /Secret tls [tls.crt] optional',
    'spec.volumes[3].projected.sources[0].configMap /ConfigMap kube-root-ca.crt [ca.crt]',
    'spec.volumes[3].projected.sources[1].secret /Secret s',
    'spec.volumes[4].ephemeral.volumeClaimTemplate.spec.storageClassName storage.k8s.io/StorageClass fast',
  ]);
});

test('environment variables name keys, of init containers too', () => {
  expect(
    references(`
initContainers:
- {name: i, env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]}
containers:
- {name: m, env: [{name: B, valueFrom: {configMapKeyRef: {name: c, key: k, optional: true}}}], envFrom: [{secretRef: {name: t}}]}
`),
  ).toEqual([
    'spec.initContainers[0].env[0].valueFrom.secretKeyRef /Secret s [k]',
    'spec.containers[0].env[0].valueFrom.configMapKeyRef /ConfigMap c [k] optional',
    'spec.containers[0].envFrom[0].secretRef /Secret t',
  ]);
});

test('an init container that goes on running is a sidecar', () => {
  const spec = parse('{initContainers: [{name: a}, {name: b, restartPolicy: Always}], containers: [{name: c}]}');
  expect(containersOf(spec).map(({ name, kind }) => `${name} ${kind}`)).toEqual(['a init', 'b sidecar', 'c main']);
});
