import type { KindFacts, PodTemplate, Reference, Selection } from '../../operators/operator.ts';
import type { Manifest } from '../../platform/manifest-set.ts';
import { storageClassReference } from '../pod.ts';
import { dig, fields, integer, items, labelMap, text } from '../read.ts';
import { templateSelections } from './template-selections.ts';

/** A pod template at a path, with the number of its pods where we say it. */
function templateAt(manifest: Manifest, path: readonly string[], task: boolean): PodTemplate {
  const template = dig(manifest, ...path);
  const replicas = integer(dig(manifest, 'spec', 'replicas'));
  return {
    field: path.join('.'),
    labels: labelMap(dig(template, 'metadata', 'labels')),
    spec: fields(dig(template, 'spec')),
    task,
    ...(replicas !== undefined && !task && { replicas }),
  };
}

/** The pod that a workload's controller makes, standing for all its replicas. */
const podOf = (
  { metadata }: Manifest,
  { labels, spec }: PodTemplate,
  name = metadata.name,
  more: Readonly<Record<string, string>> = {},
): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    labels: { ...labels, ...more },
  },
  spec,
});

function workload(path: readonly string[], task: boolean, more: KindFacts = {}): KindFacts {
  const template = (manifest: Manifest): PodTemplate => templateAt(manifest, path, task);
  return {
    templates: (manifest) => [template(manifest)],
    selects: (manifest) => [
      ...templateSelections(template(manifest), manifest.metadata.namespace),
      ...ownSelector(manifest),
    ],
    produces: (manifest) => [podOf(manifest, template(manifest))],
    ...more,
  };
}

/** The selector by which a controller finds its pods. */
function ownSelector({ spec, metadata }: Manifest): Selection[] {
  const selector = dig(spec, 'selector');
  if (selector === undefined) return [];
  return [{ field: 'spec.selector', target: '/Pod', within: { namespace: metadata.namespace ?? '' }, selector }];
}

const TEMPLATE = ['spec', 'template'];

const deployment = workload(TEMPLATE, false);

const statefulSet = workload(TEMPLATE, false, {
  *references(manifest): Generator<Reference> {
    const service = text(dig(manifest, 'spec', 'serviceName'));
    if (service) {
      yield { field: 'spec.serviceName', target: '/Service', name: service, ...home(manifest) };
    }
    for (const [claim, path] of items(dig(manifest, 'spec', 'volumeClaimTemplates'), 'spec.volumeClaimTemplates')) {
      const storageClass = text(dig(claim, 'spec', 'storageClassName'));
      if (storageClass) yield storageClassReference(`${path}.spec`, storageClass);
    }
  },
  *produces(manifest): Generator<Manifest> {
    const template = templateAt(manifest, TEMPLATE, false);
    for (let ordinal = 0; ordinal < Math.min(template.replicas ?? 1, MOST_REPLICAS); ordinal++) {
      const name = `${manifest.metadata.name}-${ordinal}`;
      yield podOf(manifest, template, name, {
        'statefulset.kubernetes.io/pod-name': name,
        'apps.kubernetes.io/pod-index': String(ordinal),
      });
      for (const [claim] of items(dig(manifest, 'spec', 'volumeClaimTemplates'), '')) {
        const { metadata } = manifest;
        yield {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: {
            name: `${text(dig(claim, 'metadata', 'name')) ?? ''}-${name}`,
            ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
          },
        };
      }
    }
  },
  stateful: (manifest) => [...items(dig(manifest, 'spec', 'volumeClaimTemplates'), '')].length > 0,
});

/** More look-alike pods than this tell no rule anything new. */
const MOST_REPLICAS = 100;

const home = ({ metadata }: Manifest) => (metadata.namespace === undefined ? {} : { namespace: metadata.namespace });

const job = workload(TEMPLATE, true, {
  produces: (manifest) => {
    const { name } = manifest.metadata;
    return [
      podOf(manifest, templateAt(manifest, TEMPLATE, true), name, {
        'job-name': name,
        'batch.kubernetes.io/job-name': name,
      }),
    ];
  },
});

const pod: KindFacts = {
  templates: ({ metadata, spec }) => [
    {
      field: '',
      labels: metadata.labels ?? {},
      spec: fields(spec),
      task: dig(spec, 'restartPolicy') !== undefined && dig(spec, 'restartPolicy') !== 'Always',
    },
  ],
};

/** Kinds that make pods of a template. Source: kubernetes.io, "Workload Management". */
export const workloads: Readonly<Record<string, KindFacts>> = {
  '/Pod': pod,
  'apps/Deployment': deployment,
  'apps/ReplicaSet': deployment,
  'apps/DaemonSet': deployment,
  'apps/StatefulSet': statefulSet,
  'batch/Job': job,
  'batch/CronJob': workload(['spec', 'jobTemplate', 'spec', 'template'], true),
};
