import type { KindFacts, Reference } from '../../operators/operator.ts';
import type { Manifest } from '../../platform/manifest-set.ts';
import { storageClassReference } from '../pod.ts';
import { dig, fields, items, list, text } from '../read.ts';

const home = ({ metadata }: Manifest) => (metadata.namespace === undefined ? {} : { namespace: metadata.namespace });

/** What the controller manager puts in every namespace. Source: kubernetes.io, "Service Accounts" and "Certificates". */
const namespace: KindFacts = {
  clusterScoped: true,
  stateful: true,
  produces: ({ metadata: { name } }) => [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-root-ca.crt', namespace: name },
      data: { 'ca.crt': '' },
    },
  ],
};

const service: KindFacts = {
  selects: ({ metadata, spec }) => {
    const labels = fields(dig(spec, 'selector'));
    if (Object.keys(labels).length === 0) return [];
    return [
      {
        field: 'spec.selector',
        target: '/Pod',
        within: { namespace: metadata.namespace ?? '' },
        selector: { matchLabels: labels },
      },
    ];
  },
};

const serviceAccount: KindFacts = {
  *references(manifest): Generator<Reference> {
    for (const key of ['secrets', 'imagePullSecrets']) {
      for (const [secret, field] of items(manifest[key], key)) {
        const name = text(secret.name);
        if (name) yield { field, target: '/Secret', name, ...home(manifest) };
      }
    }
  },
};

const claim: KindFacts = {
  stateful: true,
  *references({ spec }): Generator<Reference> {
    const storageClass = text(dig(spec, 'storageClassName'));
    if (storageClass) yield storageClassReference('spec', storageClass);
    const volume = text(dig(spec, 'volumeName'));
    if (volume) yield { field: 'spec.volumeName', target: '/PersistentVolume', name: volume };
  },
};

const volume: KindFacts = {
  clusterScoped: true,
  stateful: true,
  *references({ spec }): Generator<Reference> {
    const name = text(dig(spec, 'claimRef', 'name'));
    const namespace = text(dig(spec, 'claimRef', 'namespace'));
    if (name && namespace) yield { field: 'spec.claimRef', target: '/PersistentVolumeClaim', namespace, name };
  },
};

const quota: KindFacts = {
  *references({ spec }): Generator<Reference> {
    for (const [scope, path] of items(
      dig(spec, 'scopeSelector', 'matchExpressions'),
      'spec.scopeSelector.matchExpressions',
    )) {
      if (scope.scopeName !== 'PriorityClass' || scope.operator !== 'In') continue;
      for (const [index, name] of list(scope.values).entries()) {
        if (typeof name !== 'string') continue;
        yield { field: `${path}.values[${index}]`, target: 'scheduling.k8s.io/PriorityClass', name };
      }
    }
  },
};

/** Kinds of the core group that make no pods. */
export const core: Readonly<Record<string, KindFacts>> = {
  '/Namespace': namespace,
  '/Service': service,
  '/ServiceAccount': serviceAccount,
  '/PersistentVolumeClaim': claim,
  '/PersistentVolume': volume,
  '/ResourceQuota': quota,
  '/Node': { clusterScoped: true },
};
