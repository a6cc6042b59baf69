import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type {
  PersistentVolumeClaim,
  PodSpec,
  Probe,
  ServiceAccount,
  Volume,
  VolumeMount,
} from '../../../imports/k8s.ts';
import type { Notebook } from '../../../imports/kubeflow.ts';
import { ASK_BEFORE_REMOVAL } from '../../platform/protection.ts';
import { leaveTo } from '../owned.ts';
import { requirements } from '../workload/index.ts';
import { envVars } from './env.ts';
import type { KubeflowNotebookProps } from './props.ts';

/** Where the controller and the culler expect the server of a notebook. */
export const KUBEFLOW_NOTEBOOK_PORT = 8888;

/** The StatefulSet's pods carry its name and eleven characters more in a label. */
export const KUBEFLOW_NAME_LIMIT = 52;

/**
 * What the culler writes, and what a person takes away to start a notebook again. It is no part of what is written here:
 * whatever git said, a notebook would start again with every sync, or never.
 */
const CULLING = [
  'kubeflow-resource-stopped',
  'notebooks.kubeflow.org/last-activity',
  'notebooks.kubeflow.org/last_activity_check_timestamp',
] as const;

/**
 * A notebook that Kubeflow's controller runs, version 1: one pod, and a Service `<name>` on port 80. Its pod is admitted
 * under Pod Security `restricted`. The culler stops it, and its volume stays.
 *
 * Its root file system can be written: people install packages, and the init of Kubeflow's images needs it.
 */
export class KubeflowNotebook extends Construct {
  constructor(scope: Construct, id: string, props: KubeflowNotebookProps) {
    super(scope, id);
    const { name, labels = {}, podDefaults = [], home } = props;
    refuse(props);
    const all = { ...labels, ...Object.fromEntries(podDefaults.map((one) => [one, 'true'])) };
    const notebook = new ApiObject(this, 'notebook', {
      apiVersion: 'kubeflow.org/v1',
      kind: 'Notebook',
      metadata: { name, ...(Object.keys(all).length > 0 && { labels: all }) },
      spec: { template: { spec: podSpec(props) } },
    } satisfies Notebook);
    for (const key of CULLING) leaveTo(notebook, `.metadata.annotations["${key}"]`, "the notebooks' culler");
    if (props.serviceAccount === undefined) {
      new ApiObject(this, 'service-account', {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name },
        automountServiceAccountToken: false,
      } satisfies ServiceAccount);
    }
    if (!home) return;
    const ofHome = { ...labels, ...home.labels };
    new ApiObject(this, 'home', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: homeClaim(name),
        ...(Object.keys(ofHome).length > 0 && { labels: ofHome }),
        annotations: { ...ASK_BEFORE_REMOVAL },
      },
      spec: {
        accessModes: ['ReadWriteOnce'],
        ...(home.storageClass !== undefined && { storageClassName: home.storageClass }),
        resources: { requests: { storage: home.size } },
      },
    } satisfies PersistentVolumeClaim);
  }
}

const homeClaim = (name: string): string => `${name}-home`;

/** Kubeflow's servers answer different paths; that they listen is what all have in common. */
const LISTENS: Probe = { tcpSocket: { port: 'notebook-port' } };

function podSpec(props: KubeflowNotebookProps): PodSpec {
  const { name, gpu, placement = {}, user = { uid: 1000, gid: 0 }, volumes = [], home } = props;
  const parts: readonly { readonly volume: Volume; readonly mount: Omit<VolumeMount, 'name'> }[] = [
    {
      volume: { name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: props.sharedMemory ?? '1Gi' } },
      mount: { mountPath: '/dev/shm' },
    },
    ...(home
      ? [
          {
            volume: { name: 'home', persistentVolumeClaim: { claimName: homeClaim(name) } },
            mount: { mountPath: home.path ?? '/home/jovyan' },
          },
        ]
      : []),
    ...volumes.map(({ claim, path, readOnly }) => ({
      volume: { name: claim, persistentVolumeClaim: { claimName: claim, ...(readOnly && { readOnly }) } },
      mount: { mountPath: path, ...(readOnly && { readOnly }) },
    })),
  ];
  const env = {
    // CUDA's images ask for every GPU of the node, and the runtime gives them to pods that were promised none.
    ...(gpu === undefined && { NVIDIA_VISIBLE_DEVICES: 'void' }),
    ...props.env,
  };
  return {
    serviceAccountName: props.serviceAccount ?? name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: props.terminationGracePeriodSeconds ?? 30,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user.uid,
      runAsGroup: user.gid,
      fsGroup: props.fsGroup ?? 100,
      // Kubernetes otherwise walks every file of every volume at every start.
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        // The controller shows the state of the container that is called like the Notebook.
        name,
        image: props.image,
        imagePullPolicy: 'IfNotPresent',
        ...(Object.keys(env).length > 0 && { env: envVars(env) }),
        ports: [{ name: 'notebook-port', containerPort: KUBEFLOW_NOTEBOOK_PORT, protocol: 'TCP' }],
        startupProbe: { ...LISTENS, periodSeconds: 5, failureThreshold: 60 },
        readinessProbe: { ...LISTENS, periodSeconds: 10 },
        resources: requirements({
          cpu: props.cpu,
          memory: props.memory,
          ...(gpu && { devices: { [gpu.resource]: String(gpu.count) } }),
        }),
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, privileged: false },
        volumeMounts: parts.map(({ volume, mount }) => ({ name: volume.name, ...mount })),
      },
    ],
    volumes: parts.map(({ volume }) => volume),
    ...(placement.affinity && { affinity: placement.affinity }),
    ...(placement.nodeSelector && { nodeSelector: { ...placement.nodeSelector } }),
    ...(placement.tolerations && placement.tolerations.length > 0 && { tolerations: [...placement.tolerations] }),
  };
}

function refuse({ name, user, volumes = [], env = {} }: KubeflowNotebookProps): void {
  if (name.length > KUBEFLOW_NAME_LIMIT) {
    throw new Error(
      `notebook "${name}" has ${name.length} characters; at most ${KUBEFLOW_NAME_LIMIT} are allowed, because a label of its pod is longer than its name`,
    );
  }
  if (user && user.uid <= 0) {
    throw new Error(`${name}: user is ${user.uid}; no pod runs as root, give the id of an ordinary user such as 1000`);
  }
  const taken = volumes.find(({ claim }) => claim === 'home' || claim === 'shared-memory');
  if (taken) throw new Error(`${name}: a volume "${taken.claim}" is made for every notebook; rename the claim`);
  if (env.NB_PREFIX !== undefined) {
    throw new Error(`${name}: NB_PREFIX is what the controller sets, and what the culler asks at; leave it out`);
  }
}
