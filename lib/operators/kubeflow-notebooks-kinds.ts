import { templateSelections } from '../kubernetes/kinds/template-selections.ts';
import { podReferences } from '../kubernetes/pod.ts';
import { dig, fields, fieldsAt, list } from '../kubernetes/read.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import type { KindFacts, PodTemplate, Reference } from './operator.ts';
import { named } from './produced.ts';

/**
 * The kinds of Kubeflow's notebooks, as their controllers treat them. Sources: kubeflow/notebooks v1.11.0,
 * notebook_controller.go and culling_controller.go; kubeflow/dashboard v2.0.0, profile_controller.go and the webhook's
 * main.go.
 */

const NOTEBOOK_PORT = 8888;

/** Written by the culler, and by whoever starts a notebook again: the first says that it is stopped, by being there. */
const CULLING = [
  'kubeflow-resource-stopped',
  'notebooks.kubeflow.org/last-activity',
  'notebooks.kubeflow.org/last_activity_check_timestamp',
] as const;

/** The pod as the controller completes it: labels of the Notebook, working directory, port, and where it is reached. */
function notebookPod(notebook: Manifest): PodTemplate {
  const { name, namespace, labels } = notebook.metadata;
  const spec = fieldsAt(notebook, 'spec', 'template', 'spec');
  const [first, ...others] = list(spec.containers).map(fields);
  const prefix = { name: 'NB_PREFIX', value: `/notebook/${namespace ?? ''}/${name}` };
  const env = list(first?.env);
  const completed = {
    workingDir: '/home/jovyan',
    ports: [{ name: 'notebook-port', containerPort: NOTEBOOK_PORT, protocol: 'TCP' }],
    ...first,
    env: env.some((one) => fields(one).name === prefix.name) ? env : [...env, prefix],
  };
  return {
    field: 'spec.template',
    labels: { statefulset: name, 'notebook-name': name, ...labels },
    spec: {
      ...spec,
      // A security context of its own keeps the controller from adding the group of Kubeflow's own images.
      ...(spec.securityContext === undefined && { securityContext: { fsGroup: 100 } }),
      containers: [completed, ...others],
    },
    task: false,
    replicas: 1,
  };
}

function* notebookProduces(notebook: Manifest): Generator<Manifest> {
  const { name, namespace } = notebook.metadata;
  const pod = notebookPod(notebook);
  const selector = { statefulset: name };
  yield {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: named({
      name: `${name}-0`,
      namespace,
      labels: { ...pod.labels, 'statefulset.kubernetes.io/pod-name': `${name}-0` },
    }),
    spec: pod.spec,
  };
  const port = dig(pod.spec, 'containers', 0, 'ports', 0, 'containerPort');
  yield {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: named({ name, namespace }),
    spec: {
      type: 'ClusterIP',
      selector,
      ports: [{ name: `http-${name}`, port: 80, targetPort: port, protocol: 'TCP' }],
    },
  };
}

export const notebookKinds: Readonly<Record<string, KindFacts>> = {
  'kubeflow.org/Notebook': {
    templates: (notebook) => [notebookPod(notebook)],
    selects: (notebook) => templateSelections(notebookPod(notebook), notebook.metadata.namespace),
    produces: notebookProduces,
    owned: CULLING.map((key) => ({ path: `.metadata.annotations["${key}"]`, by: "the notebooks' culler" })),
    // The StatefulSet's pods carry its name and eleven characters more in a label.
    maxNameLength: 52,
  },
};

/**
 * No selector is told: pods of notebooks come and go as people make them, and one that selects nothing today is no
 * mistake.
 */
export const podDefaultKinds: Readonly<Record<string, KindFacts>> = {
  'kubeflow.org/PodDefault': { references: podDefaultReferences },
};

/** It is to a pod what a part of its spec would be. */
function* podDefaultReferences({ spec, metadata }: Manifest): Generator<Reference> {
  const { env, envFrom, volumes, serviceAccountName } = fields(spec);
  const pod = {
    volumes,
    ...(serviceAccountName !== undefined && { serviceAccountName }),
    containers: [{ name: 'any', env, envFrom }],
  };
  for (const reference of podReferences(pod, metadata.namespace, 'spec')) {
    yield { ...reference, field: reference.field.replace('containers[0].', '') };
  }
}

export const profileKinds: Readonly<Record<string, KindFacts>> = {
  'kubeflow.org/Profile': {
    clusterScoped: true,
    references: (profile) => [{ field: 'metadata.name', target: '/Namespace', name: profile.metadata.name }],
    produces: profileProduces,
    // Where the controller made the namespace itself, the namespace goes with the Profile, and all that is in it.
    stateful: true,
    owned: [{ path: '.spec.plugins', by: 'the profile controller' }],
  },
};

function* profileProduces(profile: Manifest): Generator<Manifest> {
  const namespace = profile.metadata.name;
  const binding = (name: string, role: string, subject: unknown): Manifest => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [subject],
  });
  for (const [name, role] of [
    ['default-editor', 'kubeflow-edit'],
    ['default-viewer', 'kubeflow-view'],
  ] as const) {
    yield { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
    yield binding(name, role, { kind: 'ServiceAccount', name, namespace });
  }
  yield binding('namespaceAdmin', 'kubeflow-admin', dig(profile, 'spec', 'owner'));
  const hard = fieldsAt(profile, 'spec', 'resourceQuotaSpec', 'hard');
  if (Object.keys(hard).length > 0) {
    yield {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'kf-resource-quota', namespace },
      spec: dig(profile, 'spec', 'resourceQuotaSpec'),
    };
  }
}
