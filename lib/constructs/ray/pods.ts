import type { PodTemplateSpec, Probe, TopologySpreadConstraint, Volume, VolumeMount } from '../../../imports/k8s.ts';
import { type EnvValue, type Identity, podTemplate, selectorLabels } from '../workload/index.ts';
import { bindingsEnv, bucketIdentity } from './bindings.ts';
import { diskOf, diskRequestOf } from './disk.ts';
import { KUBERAY, NAME_LABEL, type RayKind, rayPodLabels } from './names.ts';
import { RAY_AGENT_PORT, RAY_PORTS } from './ports.ts';
import type { RayHead, RayTemplate, RayWorkerGroup } from './props.ts';

/** User and group of rayproject's images. Source: ray, docker/base-deps/Dockerfile. */
export const RAY_USER = { user: 1000, group: 100 } as const;

/** Not `/home/ray`: in rayproject's images that holds Python itself, which a volume would hide. */
const HOME = '/var/lib/ray';
const SESSIONS = '/tmp/ray';

const SESSIONS_VOLUME = 'ray-sessions';
const AUTOSCALER_TMP = 'autoscaler-tmp';
const AUTOSCALER_TOKEN = 'autoscaler-token';
const SHARED_VOLUME = 'shared';

/** How pods of a cluster, and of what submits to it, are known. */
export function podIdentity(
  kind: RayKind,
  props: Pick<RayTemplate, 'name' | 'podLabels' | 'serviceAccount' | 'serviceAccountAnnotations' | 'bucket'>,
  role: string,
): { readonly identity: Identity; readonly podLabels: Readonly<Record<string, string>> } {
  const { annotations, podLabels } = bucketIdentity(props.bucket);
  const labels = props.podLabels ?? rayPodLabels(kind, props.name);
  const component = labels[NAME_LABEL] ?? KUBERAY;
  if (kind !== 'RayCluster' && component !== KUBERAY) {
    throw new Error(
      `${props.name}: podLabels has ${NAME_LABEL} "${component}", but the Service of the head of a ${kind} looks for "${KUBERAY}"; know the pods by another label`,
    );
  }
  return {
    identity: {
      name: props.name,
      component,
      role,
      ...(props.serviceAccount !== undefined && { serviceAccount: props.serviceAccount }),
      serviceAccountAnnotations: { ...annotations, ...props.serviceAccountAnnotations },
    },
    podLabels: { ...podLabels, ...labels },
  };
}

export function headTemplate(kind: RayKind, props: RayTemplate, autoscaled: boolean): PodTemplateSpec {
  return template(kind, props, props.head, {
    role: 'head',
    container: 'ray-head',
    ports: Object.values(RAY_PORTS),
    readiness: AGENT,
    // Losing the head ends what the cluster does, so nodes with one are not emptied to save money.
    annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false', 'karpenter.sh/do-not-disrupt': 'true' },
    volumes: autoscaled ? AUTOSCALER_VOLUMES : [],
    final: autoscaled,
    spread: false,
    devices: undefined,
  });
}

export function workerTemplate(
  kind: RayKind,
  props: RayTemplate,
  group: RayWorkerGroup,
  options: { readonly autoscaled: boolean; readonly serves: boolean },
): PodTemplateSpec {
  return template(kind, props, group, {
    role: 'worker',
    container: 'ray-worker',
    ports: [...(options.serves ? [RAY_PORTS.serve] : []), RAY_PORTS.metrics],
    readiness: options.serves ? PROXY : AGENT,
    annotations: {},
    volumes: [],
    final: options.autoscaled,
    // Of training one wants the workers close together.
    spread: kind === 'RayService',
    devices: group.gpu && { [group.gpu.resource]: String(group.gpu.count) },
  });
}

interface NodeTemplate {
  readonly role: string;
  readonly container: string;
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  readonly readiness: Probe;
  readonly annotations: Readonly<Record<string, string>>;
  readonly volumes: readonly Volume[];
  readonly final: boolean;
  readonly spread: boolean;
  readonly devices: Readonly<Record<string, string>> | undefined;
}

function template(kind: RayKind, props: RayTemplate, node: RayHead, role: NodeTemplate): PodTemplateSpec {
  const { identity, podLabels } = podIdentity(kind, props, role.role);
  const disk = diskOf(node);
  const { sharedVolume } = props;
  return podTemplate(
    { ...identity, serviceAccount: identity.serviceAccount ?? props.name },
    {
      ...RAY_USER,
      ...node.placement,
      podLabels,
      podAnnotations: role.annotations,
      ...(props.priorityClassName !== undefined && { priorityClassName: props.priorityClassName }),
      volumes: [
        { name: SESSIONS_VOLUME, emptyDir: { sizeLimit: disk } },
        ...(sharedVolume
          ? [{ name: SHARED_VOLUME, persistentVolumeClaim: { claimName: sharedVolume.claim } } as const]
          : []),
        ...role.volumes,
      ],
    },
    {
      // The autoscaler counts pods, so one that ended must not come back under its name; KubeRay demands it.
      ...(role.final && { restartPolicy: 'Never' as const }),
      ...(role.spread && { topologySpreadConstraints: [overNodes({ ...podLabels, ...selectorLabels(identity) })] }),
      containers: [
        {
          name: role.container,
          image: props.image,
          env: {
            ...(role.role === 'head' && props.gcsFaultTolerance && stateEnv(props)),
            ...nodeEnv(props, node, role.devices !== undefined),
          },
          ports: role.ports,
          resources: {
            cpu: node.cpu,
            memory: node.memory,
            ephemeralStorage: diskRequestOf(disk),
            // Kubernetes adds up what all volumes of the pod hold.
            ephemeralStorageLimit: disk,
            ...(role.devices && { devices: role.devices }),
          },
          mounts: [
            { name: SESSIONS_VOLUME, mountPath: SESSIONS },
            ...(sharedVolume
              ? [
                  {
                    name: SHARED_VOLUME,
                    mountPath: sharedVolume.path,
                    ...(sharedVolume.readOnly && { readOnly: true }),
                  },
                ]
              : []),
          ],
          scratch: [
            { path: '/tmp', sizeLimit: disk },
            { path: HOME, sizeLimit: disk },
          ],
          probes: { readiness: role.readiness, liveness: LIVENESS },
        },
      ],
    },
  );
}

function nodeEnv(props: RayTemplate, node: RayHead, gpus: boolean): Readonly<Record<string, EnvValue>> {
  return {
    HOME,
    // Reports to the makers of Ray. Nothing here speaks to the outside unasked.
    RAY_USAGE_STATS_ENABLED: '0',
    // CUDA's images ask for every GPU of the node, and the runtime gives them to pods that were promised none.
    ...(!gpus && { NVIDIA_VISIBLE_DEVICES: 'void' }),
    ...bindingsEnv(props),
    ...props.env,
    ...node.env,
  };
}

/** Workers of a group apart from each other, where there is room: a node that is lost takes few of them along. */
const overNodes = (labels: Readonly<Record<string, string>>): TopologySpreadConstraint => ({
  maxSkew: 1,
  topologyKey: 'kubernetes.io/hostname',
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels: { ...labels } },
  // Both set by KubeRay: groups, and the two clusters of an upgrade, are spread each on its own.
  matchLabelKeys: ['ray.io/cluster', 'ray.io/group'],
});

/**
 * What the names of Ray's keys begin with: `RAY<name>:<uid>@`. KubeRay alone would leave the name out, and one could not
 * tell whose a key is; it leaves its own value out where there is one, and its annotation has the uid.
 */
const stateEnv = ({ name }: RayTemplate): Readonly<Record<string, EnvValue>> => ({
  KEELSON_RAY_CLUSTER_UID: { podField: "metadata.annotations['ray.io/external-storage-namespace']" },
  RAY_external_storage_namespace: `${name}:$(KEELSON_RAY_CLUSTER_UID)`,
});

/**
 * Patterns of the keys that the control stores of a cluster use, or of all clusters that a service has had. `DUMMY` is
 * no key that ever is there: Ray deletes it to learn whether it may write. Source: ray, redis_context.cc.
 */
export const rayStateKeys = (name: string): readonly [string, ...string[]] => [`RAY${name}:*`, 'DUMMY'];

/*
 * Probes are HTTP requests of the kubelet: nothing has to be in the image, and proxies in the environment do not matter.
 * KubeRay leaves them as they are.
 */

/** Ray's agent knows whether its node is well, on the head the control store as well. Since Ray 2.53. */
const AGENT: Probe = {
  httpGet: { path: '/api/healthz', port: RAY_AGENT_PORT },
  periodSeconds: 5,
  timeoutSeconds: 5,
  failureThreshold: 6,
};

/** A worker that answers requests has a proxy of Serve, which it has only while there are replicas on it. */
const PROXY: Probe = {
  httpGet: { path: '/-/healthz', port: RAY_PORTS.serve.name },
  periodSeconds: 5,
  timeoutSeconds: 5,
  failureThreshold: 1,
};

/** Ten minutes, the time that KubeRay gives workers to find a head that was lost and came back. */
const LIVENESS: Probe = {
  httpGet: { path: '/api/healthz', port: RAY_AGENT_PORT },
  initialDelaySeconds: 30,
  periodSeconds: 10,
  timeoutSeconds: 10,
  failureThreshold: 60,
};

/*
 * The autoscaler is the one container that speaks to the Kubernetes API, with the right to change pods and Ray clusters
 * of the namespace. Drivers of jobs, which run what users wrote, share its pod but not its token.
 */

const AUTOSCALER_VOLUMES: readonly Volume[] = [
  { name: AUTOSCALER_TMP, emptyDir: { sizeLimit: '1Gi' } },
  {
    name: AUTOSCALER_TOKEN,
    projected: {
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
      ],
    },
  },
];

export const AUTOSCALER_MOUNTS: readonly VolumeMount[] = [
  { name: AUTOSCALER_TMP, mountPath: '/tmp' },
  // Its log, which the dashboard shows.
  { name: SESSIONS_VOLUME, mountPath: SESSIONS },
  { name: AUTOSCALER_TOKEN, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
];

/** What the containers have that KubeRay makes and that no template is for. */
export const RESTRICTED = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  privileged: false,
  readOnlyRootFilesystem: true,
} as const;
