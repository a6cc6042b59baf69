import { parse } from 'yaml';
import type { KindFacts } from '../operators/operator.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { groupKind } from '../platform/manifest-set.ts';
import { KUBERNETES_KINDS } from './index.ts';

const ask = (yaml: string): { manifest: Manifest; facts: KindFacts } => {
  const manifest: Manifest = parse(yaml);
  return { manifest, facts: KUBERNETES_KINDS[groupKind(manifest)] ?? {} };
};
const references = (yaml: string): string[] => {
  const { manifest, facts } = ask(yaml);
  return [...(facts.references?.(manifest) ?? [])].map(
    ({ field, target, namespace, name, keys, port }) =>
      `${field} ${target} ${namespace ?? '-'}/${name}${keys ? ` [${keys}]` : ''}${port === undefined ? '' : ` :${port}`}`,
  );
};
const produces = (yaml: string): string[] => {
  const { manifest, facts } = ask(yaml);
  return [...(facts.produces?.(manifest) ?? [])].map(
    ({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name} ${JSON.stringify(metadata.labels ?? {})}`,
  );
};
const selects = (yaml: string): string[] => {
  const { manifest, facts } = ask(yaml);
  return [...(facts.selects?.(manifest) ?? [])].map(
    ({ field, target, within, selector }) => `${field} ${target} ${JSON.stringify(within)} ${JSON.stringify(selector)}`,
  );
};

describe('names', () => {
  test.each([
    [
      '{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {namespace: ns}, roleRef: {kind: Role, name: r}, subjects: [{kind: ServiceAccount, name: sa}, {kind: Group, name: g}]}',
      ['roleRef rbac.authorization.k8s.io/Role ns/r', 'subjects[0] /ServiceAccount ns/sa'],
    ],
    [
      '{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {}, roleRef: {kind: ClusterRole, name: r}, subjects: [{kind: ServiceAccount, name: sa, namespace: other}]}',
      ['roleRef rbac.authorization.k8s.io/ClusterRole -/r', 'subjects[0] /ServiceAccount other/sa'],
    ],
    [
      '{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {namespace: ns}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}}}',
      ['spec.scaleTargetRef apps/Deployment ns/d'],
    ],
    [
      '{apiVersion: apps/v1, kind: StatefulSet, metadata: {namespace: ns}, spec: {serviceName: s, volumeClaimTemplates: [{spec: {storageClassName: fast}}]}}',
      [
        'spec.serviceName /Service ns/s',
        'spec.volumeClaimTemplates[0].spec.storageClassName storage.k8s.io/StorageClass -/fast',
      ],
    ],
    [
      '{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {namespace: ns}, spec: {storageClassName: fast, volumeName: v}}',
      ['spec.storageClassName storage.k8s.io/StorageClass -/fast', 'spec.volumeName /PersistentVolume -/v'],
    ],
    ['{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {namespace: ns}, spec: {storageClassName: ""}}', []],
    [
      '{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {namespace: ns}, spec: {ingressClassName: c, tls: [{secretName: t}], rules: [{http: {paths: [{backend: {service: {name: s, port: {number: 80}}}}]}}]}}',
      [
        'spec.ingressClassName networking.k8s.io/IngressClass -/c',
        'spec.rules[0].http.paths[0].backend.service /Service ns/s :80',
        'spec.tls[0] /Secret ns/t [tls.crt,tls.key]',
      ],
    ],
    [
      '{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {}, webhooks: [{clientConfig: {service: {namespace: ns, name: s}}}, {clientConfig: {url: x}}]}',
      ['webhooks[0].clientConfig.service /Service ns/s :443'],
    ],
    [
      '{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {}, spec: {conversion: {webhook: {clientConfig: {service: {namespace: ns, name: s, port: 9443}}}}}}',
      ['spec.conversion.webhook.clientConfig.service /Service ns/s :9443'],
    ],
    [
      '{apiVersion: v1, kind: ResourceQuota, metadata: {namespace: ns}, spec: {scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}}}',
      ['spec.scopeSelector.matchExpressions[0].values[0] scheduling.k8s.io/PriorityClass -/high'],
    ],
    [
      '{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: ns}, imagePullSecrets: [{name: p}]}',
      ['imagePullSecrets[0] /Secret ns/p'],
    ],
  ])('%s', (yaml, expected) => expect(references(yaml)).toEqual(expected));
});

describe('makes', () => {
  const template = 'template: {metadata: {labels: {app: a}}}';

  test('a Deployment makes pods with the labels of its template', () => {
    expect(
      produces(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: ns}, spec: {${template}}}`),
    ).toEqual(['Pod ns/d {"app":"a"}']);
  });

  test('a StatefulSet makes numbered pods and a claim for each', () => {
    const yaml = `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s, namespace: ns}, spec: {replicas: 2, volumeClaimTemplates: [{metadata: {name: data}}], ${template}}}`;
    expect(produces(yaml)).toEqual([
      'Pod ns/s-0 {"app":"a","statefulset.kubernetes.io/pod-name":"s-0","apps.kubernetes.io/pod-index":"0"}',
      'PersistentVolumeClaim ns/data-s-0 {}',
      'Pod ns/s-1 {"app":"a","statefulset.kubernetes.io/pod-name":"s-1","apps.kubernetes.io/pod-index":"1"}',
      'PersistentVolumeClaim ns/data-s-1 {}',
    ]);
  });

  test('Jobs put their names on their pods; those of a CronJob cannot be known', () => {
    expect(
      produces(`{apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: ns}, spec: {${template}}}`),
    ).toEqual(['Pod ns/j {"app":"a","job-name":"j","batch.kubernetes.io/job-name":"j"}']);
    const cron = `{apiVersion: batch/v1, kind: CronJob, metadata: {name: c, namespace: ns}, spec: {jobTemplate: {spec: {${template}}}}}`;
    expect(produces(cron)).toEqual(['Pod ns/c {"app":"a"}']);
  });

  test('every namespace has an account and the root certificate', () => {
    expect(produces('{apiVersion: v1, kind: Namespace, metadata: {name: ns}}')).toEqual([
      'ServiceAccount ns/default {}',
      'ConfigMap ns/kube-root-ca.crt {}',
    ]);
  });
});

describe('selects', () => {
  test('a NetworkPolicy selects its pods and its peers, namespaces included', () => {
    const yaml =
      '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: ns}, spec: {podSelector: {a: 1}, ingress: [{from: [{podSelector: {b: 1}}, {ipBlock: {}}]}], egress: [{to: [{namespaceSelector: {c: 1}, podSelector: {d: 1}}]}]}}';
    expect(selects(yaml)).toEqual([
      'spec.podSelector /Pod {"namespace":"ns"} {"a":1}',
      'spec.ingress[0].from[0] /Pod {"namespace":"ns"} {"b":1}',
      'spec.egress[0].to[0] /Namespace {"namespace":""} {"c":1}',
      'spec.egress[0].to[0] /Pod {"namespaces":{"c":1}} {"d":1}',
    ]);
  });

  test('a Service without a selector selects nothing', () => {
    expect(selects('{apiVersion: v1, kind: Service, metadata: {namespace: ns}, spec: {}}')).toEqual([]);
    expect(selects('{apiVersion: v1, kind: Service, metadata: {namespace: ns}, spec: {selector: {a: b}}}')).toEqual([
      'spec.selector /Pod {"namespace":"ns"} {"matchLabels":{"a":"b"}}',
    ]);
  });

  test('pods look for the pods that they want to be near to', () => {
    const term = (selector: string) => `{topologyKey: x, ${selector}}`;
    const yaml = `{apiVersion: apps/v1, kind: Deployment, metadata: {namespace: ns}, spec: {template: {spec: {affinity: {
      podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [${term('labelSelector: {a: 1}, namespaces: [other]')}]},
      podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{podAffinityTerm: ${term('labelSelector: {b: 1}')}}]}}}}}}`;
    const at = 'spec.template.spec.affinity';
    expect(selects(yaml)).toEqual([
      `${at}.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector /Pod {"namespace":"other"} {"a":1}`,
      `${at}.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector /Pod {"namespace":"ns"} {"b":1}`,
    ]);
  });
});
