import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type {
  ConfigMap,
  Container,
  EnvVar,
  PodTemplateSpec,
  ResourceRequirements,
  ServiceAccount,
  TopologySpreadConstraint,
  Volume,
  VolumeMount,
} from '../../../imports/k8s.ts';
import { SecretRef } from '../../graph/credential.ts';
import { annotated } from './argo-cd.ts';
import { checksum } from './checksum.ts';
import type { ConfigFiles, ContainerProps, EnvValue, Identity, PodProps, Probes, Resources, Scratch } from './props.ts';

/** What differs between a pod of a service and a pod of a task. */
export interface PodTemplateOptions {
  readonly containers: readonly (ContainerProps & { readonly probes?: Probes })[];
  /** Only tasks end: `Never`. Default: Kubernetes' own, `Always`. */
  readonly restartPolicy?: 'Never';
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
}

/** Labels by which a workload selects its pods. They never change: selectors are immutable. */
export function selectorLabels({ name, component = name, role }: Identity): Record<string, string> {
  return { 'app.kubernetes.io/name': component, 'app.kubernetes.io/component': role };
}

/**
 * The pod template that all workloads here share. It satisfies Pod Security `restricted` and goes further: the root
 * file system is read-only, no token is mounted that is not used, and Services do not leak into the environment.
 */
export function podTemplate(identity: Identity, props: PodProps, options: PodTemplateOptions): PodTemplateSpec {
  refuseRoot(identity, props);
  const initContainers = props.initContainers ?? [];
  const all = [...initContainers, ...options.containers];
  refuseDuplicates(
    identity,
    'container',
    all.map((container) => container.name),
  );
  const config = props.config ?? [];
  for (const { name, containers = [] } of config) {
    for (const missing of containers.filter((wanted) => !all.some((container) => container.name === wanted))) {
      throw new Error(`${identity.name}: config "${name}" is for a container "${missing}" that the pod does not have`);
    }
  }
  const volumes: Volume[] = [
    ...(props.volumes ?? []),
    ...config.map(configVolume),
    ...all.flatMap((container) => (container.scratch ?? []).map((scratch) => scratchVolume(container, scratch))),
  ];
  refuseDuplicates(
    identity,
    'volume',
    volumes.map((volume) => volume.name),
  );
  const write = (container: ContainerProps & { readonly probes?: Probes }): Container =>
    writeContainer(container, [
      ...(container.mounts ?? []),
      ...config
        .filter(({ containers }) => containers === undefined || containers.includes(container.name))
        .map(({ name, path }) => ({ name, mountPath: path, readOnly: true })),
      ...(container.scratch ?? []).map((scratch) => ({
        name: scratchName(container, scratch),
        mountPath: scratch.path,
      })),
    ]);
  const annotations = {
    ...(config.length > 0 && { 'keelson.dev/config': checksum(config.map(({ name, files }) => [name, files])) }),
    ...props.podAnnotations,
  };
  return {
    metadata: {
      labels: { ...props.podLabels, ...selectorLabels(identity) },
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: {
      serviceAccountName: identity.serviceAccount ?? identity.name,
      automountServiceAccountToken: props.kubernetesApi ?? false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: props.terminationGracePeriodSeconds ?? 30,
      ...(options.restartPolicy && { restartPolicy: options.restartPolicy }),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: props.user,
        runAsGroup: props.group,
        fsGroup: props.fsGroup ?? props.group,
        // Kubernetes otherwise walks every file of every volume at every start.
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      ...(initContainers.length > 0 && { initContainers: initContainers.map(write) }),
      containers: options.containers.map(write),
      ...(volumes.length > 0 && { volumes }),
      ...(props.affinity && { affinity: props.affinity }),
      ...(props.nodeSelector && { nodeSelector: { ...props.nodeSelector } }),
      ...(props.tolerations && props.tolerations.length > 0 && { tolerations: [...props.tolerations] }),
      ...(props.priorityClassName !== undefined && { priorityClassName: props.priorityClassName }),
      ...(options.topologySpreadConstraints && { topologySpreadConstraints: [...options.topologySpreadConstraints] }),
    },
  };
}

/** Creates what a pod needs beside itself: the workload's own ServiceAccount, and its ConfigMaps. */
export function podDependencies(scope: Construct, identity: Identity, props: PodProps): void {
  if (identity.serviceAccount === undefined) {
    new ApiObject(scope, 'service-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: annotated(identity.name, identity.serviceAccountAnnotations ?? {}),
      // Pods that use the API say so themselves.
      automountServiceAccountToken: false,
    } satisfies ServiceAccount);
  } else if (Object.keys(identity.serviceAccountAnnotations ?? {}).length > 0) {
    throw new Error(
      `${identity.name}: annotations for ServiceAccount "${identity.serviceAccount}" are given to a workload that only shares it; give them to the one that makes it`,
    );
  }
  for (const { name, files } of props.config ?? []) {
    new ApiObject(scope, `config-${name}`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      data: Object.fromEntries(Object.entries(files).map(([path, content]) => [configKey(path), content])),
    } satisfies ConfigMap);
  }
}

function writeContainer(
  props: ContainerProps & { readonly probes?: Probes },
  mounts: readonly VolumeMount[],
): Container {
  return {
    name: props.name,
    image: props.image,
    imagePullPolicy: 'IfNotPresent',
    ...(props.command && { command: [...props.command] }),
    ...(props.args && { args: [...props.args] }),
    ...(props.workingDir !== undefined && { workingDir: props.workingDir }),
    ...(props.env && { env: Object.entries(props.env).map(([name, value]) => envVar(name, value)) }),
    ...(props.ports && {
      ports: props.ports.map(({ name, port, protocol = 'TCP' }) => ({ name, containerPort: port, protocol })),
    }),
    ...(props.probes?.startup && { startupProbe: props.probes.startup }),
    ...(props.probes && { readinessProbe: props.probes.readiness }),
    ...(props.probes?.liveness && { livenessProbe: props.probes.liveness }),
    ...(props.lifecycle && { lifecycle: props.lifecycle }),
    resources: requirements(props.resources),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
    },
    ...(mounts.length > 0 && { volumeMounts: [...mounts] }),
  };
}

function envVar(name: string, value: EnvValue): EnvVar {
  if (typeof value === 'string') return { name, value };
  if (value instanceof SecretRef) return { name, valueFrom: value.valueFrom };
  return { name, valueFrom: { fieldRef: { fieldPath: value.podField } } };
}

/** Requests and limits. The memory limit equals the request unless said: what a pod gets does not depend on its neighbours. */
export function requirements(resources: Resources): ResourceRequirements {
  const { ephemeralStorage, ephemeralStorageLimit = ephemeralStorage } = resources;
  return {
    requests: { cpu: resources.cpu, memory: resources.memory, ...disk(ephemeralStorage), ...resources.devices },
    limits: {
      ...(resources.cpuLimit !== undefined && { cpu: resources.cpuLimit }),
      memory: resources.memoryLimit ?? resources.memory,
      ...disk(ephemeralStorageLimit),
      ...resources.devices,
    },
  };
}

const disk = (quantity: string | undefined) => (quantity === undefined ? {} : { 'ephemeral-storage': quantity });

/** Keys of a ConfigMap cannot have a slash; the volume puts the file back where it belongs. */
const configKey = (path: string): string => path.replaceAll('/', '__');

function configVolume({ name, files }: ConfigFiles): Volume {
  const paths = Object.keys(files);
  const items = paths.map((path) => ({ key: configKey(path), path }));
  return { name, configMap: { name, ...(paths.some((path) => path.includes('/')) && { items }) } };
}

function scratchName(container: ContainerProps, scratch: Scratch): string {
  const slug = scratch.path
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `${container.name}-${slug}`.slice(0, 63).replace(/-$/, '');
}

function scratchVolume(container: ContainerProps, scratch: Scratch): Volume {
  return {
    name: scratchName(container, scratch),
    emptyDir: { sizeLimit: scratch.sizeLimit ?? '1Gi', ...(scratch.medium && { medium: scratch.medium }) },
  };
}

function refuseRoot({ name }: Identity, { user, group, fsGroup }: PodProps): void {
  for (const [what, id] of Object.entries({ user, group, fsGroup: fsGroup ?? group })) {
    if (!Number.isInteger(id) || id <= 0) {
      throw new Error(
        `${name}: ${what} is ${id}; no pod runs as root, give the id of an ordinary ${what === 'user' ? 'user' : 'group'} such as 1000`,
      );
    }
  }
}

function refuseDuplicates({ name }: Identity, what: string, names: readonly string[]): void {
  const twice = names.find((candidate, index) => names.indexOf(candidate) !== index);
  if (twice !== undefined)
    throw new Error(`${name}: two ${what}s of the pod are called "${twice}"; give them different names`);
}
