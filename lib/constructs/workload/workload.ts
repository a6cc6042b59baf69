import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type {
  Deployment,
  HorizontalPodAutoscaler,
  PodDisruptionBudget,
  Service,
  StatefulSet,
  TopologySpreadConstraint,
} from '../../../imports/k8s.ts';
import type { Port } from '../../graph/contract.ts';
import { ASK_BEFORE_REMOVAL } from '../../platform/protection.ts';
import { leaveTo } from '../owned.ts';
import { annotated, syncWave } from './argo-cd.ts';
import { podDependencies, podTemplate, selectorLabels } from './pod.ts';
import type { Identity, PodProps, ServiceContainerProps } from './props.ts';

/** A Service in front of the workload's pods. */
export interface ServiceProps {
  /** Default: the workload's name. */
  readonly name?: string;
  /** Each must be a port of a container, by name. */
  readonly ports: readonly [Port, ...Port[]];
  /** Without an address of its own: its name resolves to the pods. Default false. */
  readonly headless?: boolean;
  /** Resolves to pods that are not ready too, for clusters whose members find each other before they serve. Default false. */
  readonly publishNotReadyAddresses?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A volume of its own for every pod, which outlives the pod and, unless somebody confirms otherwise, the workload. */
export interface Claim {
  readonly name: string;
  /** Kubernetes quantity. Cannot be changed in place: enlarge the claims themselves, then recreate the StatefulSet. */
  readonly size: string;
  /** Default: the cluster's default class. */
  readonly storageClass?: string;
  /** Default `ReadWriteOnce`. */
  readonly accessMode?: 'ReadWriteOnce' | 'ReadWriteOncePod' | 'ReadWriteMany';
}

export interface StatefulProps {
  /** Service that gives each pod a name; one of `services`, headless. */
  readonly service: string;
  /** Mounted by containers under the claim's name. */
  readonly claims?: readonly Claim[];
  /** `Parallel` starts all pods at once, which clusters of peers want. Default `OrderedReady`. */
  readonly podManagement?: 'OrderedReady' | 'Parallel';
}

export interface Autoscaling {
  readonly min: number;
  readonly max: number;
  /** Percent of the CPU that the pods ask for, averaged over them, that the autoscaler aims at. */
  readonly cpuUtilization: number;
}

export interface WorkloadProps extends Identity, PodProps {
  readonly containers: readonly [ServiceContainerProps, ...ServiceContainerProps[]];
  /** Default 1. Not together with `autoscaling`. */
  readonly replicas?: number;
  /** The autoscaler then owns the number of replicas and the manifest does not have one. */
  readonly autoscaling?: Autoscaling;
  readonly services?: readonly ServiceProps[];
  /** Makes a StatefulSet. Default: a Deployment. */
  readonly stateful?: StatefulProps;
  /**
   * `Recreate` stops the old pods of a Deployment before it starts new ones, for programs that must not run twice.
   * Default `RollingUpdate`: a new pod is ready before an old one goes.
   */
  readonly update?: 'RollingUpdate' | 'Recreate';
  /**
   * Whether replicas must be on different nodes (`require`) or only should be (`prefer`, the default, which a
   * cluster of one node can satisfy). Zones are always a preference.
   */
  readonly spread?: 'prefer' | 'require';
  /** Argo CD sync wave of the pods: they start when everything in earlier waves is well. Default: none, that is wave 0. */
  readonly wave?: number;
}

/**
 * A program that runs until it is stopped: a Deployment or StatefulSet with the ServiceAccount, Services, disruption
 * budget and autoscaler that belong to it.
 *
 * Rollouts never lower capacity, a drained node never takes more than one replica, and pods that are not ready never
 * block a drain. See `podTemplate` for what the pods themselves get.
 */
export class Workload extends Construct {
  constructor(scope: Construct, id: string, props: WorkloadProps) {
    super(scope, id);
    const { name, stateful, autoscaling } = props;
    const selector = selectorLabels(props);
    const several = (autoscaling?.max ?? props.replicas ?? 1) > 1;
    refuseContradictions(props);

    podDependencies(this, props, props);
    const template = podTemplate(props, props, {
      containers: props.containers,
      ...(several && { topologySpreadConstraints: spread(selector, props) }),
    });
    const common = {
      ...(autoscaling === undefined && { replicas: props.replicas ?? 1 }),
      revisionHistoryLimit: 3,
      selector: { matchLabels: selector },
      template,
    };
    const claims = stateful?.claims ?? [];
    const object = stateful
      ? new ApiObject(this, 'stateful-set', {
          apiVersion: 'apps/v1',
          kind: 'StatefulSet',
          metadata: annotated(name, { ...(claims.length > 0 && ASK_BEFORE_REMOVAL), ...syncWave(props.wave) }),
          spec: {
            ...common,
            serviceName: stateful.service,
            podManagementPolicy: stateful.podManagement ?? 'OrderedReady',
            updateStrategy: { type: 'RollingUpdate' },
            ...(claims.length > 0 && { volumeClaimTemplates: claims.map(claimTemplate) }),
          },
        } satisfies StatefulSet)
      : new ApiObject(this, 'deployment', {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: annotated(name, syncWave(props.wave)),
          spec: {
            ...common,
            strategy:
              props.update === 'Recreate'
                ? { type: 'Recreate' }
                : { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          },
        } satisfies Deployment);
    if (autoscaling) {
      leaveTo(object, '.spec.replicas', 'HorizontalPodAutoscaler');
      this.#autoscaler(props, object.kind, autoscaling);
    }

    for (const service of props.services ?? []) this.#service(props, service, selector);
    if (several) this.#disruptionBudget(name, selector);
  }

  #service(workload: WorkloadProps, service: ServiceProps, selector: Readonly<Record<string, string>>): void {
    const name = service.name ?? workload.name;
    new ApiObject(this, `service-${name}`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: annotated(name, service.annotations ?? {}),
      spec: {
        type: 'ClusterIP',
        ...(service.headless && { clusterIP: 'None' }),
        ...(service.publishNotReadyAddresses && { publishNotReadyAddresses: true }),
        selector,
        // By name, so that a container's port can move without its Service being told.
        ports: service.ports.map((port) => ({
          name: port.name,
          port: port.port,
          targetPort: port.name,
          protocol: port.protocol ?? 'TCP',
        })),
      },
    } satisfies Service);
  }

  #disruptionBudget(name: string, selector: Readonly<Record<string, string>>): void {
    new ApiObject(this, 'disruption-budget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name },
      spec: {
        maxUnavailable: 1,
        // A pod that never becomes ready would otherwise hold up every drain of its node.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: selector },
      },
    } satisfies PodDisruptionBudget);
  }

  #autoscaler({ name, wave }: WorkloadProps, kind: string, { min, max, cpuUtilization }: Autoscaling): void {
    new ApiObject(this, 'autoscaler', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      // With its target: Argo CD calls an autoscaler without one degraded and would wait for it.
      metadata: annotated(name, syncWave(wave)),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind, name },
        minReplicas: min,
        maxReplicas: max,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuUtilization } },
          },
        ],
      },
    } satisfies HorizontalPodAutoscaler);
  }
}

function spread(selector: Readonly<Record<string, string>>, props: WorkloadProps): TopologySpreadConstraint[] {
  const over = (topologyKey: string, whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway') => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable,
    labelSelector: { matchLabels: selector },
    // Counts only pods of the same revision, so that those of the old one do not push new ones together.
    ...(props.stateful === undefined && { matchLabelKeys: ['pod-template-hash'] }),
  });
  return [
    over('topology.kubernetes.io/zone', 'ScheduleAnyway'),
    over('kubernetes.io/hostname', props.spread === 'require' ? 'DoNotSchedule' : 'ScheduleAnyway'),
  ];
}

function claimTemplate({ name, size, storageClass, accessMode = 'ReadWriteOnce' }: Claim) {
  return {
    metadata: { name, annotations: ASK_BEFORE_REMOVAL },
    spec: {
      accessModes: [accessMode],
      ...(storageClass !== undefined && { storageClassName: storageClass }),
      resources: { requests: { storage: size } },
      volumeMode: 'Filesystem',
    },
  };
}

function refuseContradictions({
  name,
  replicas,
  autoscaling,
  stateful,
  services = [],
  containers,
  update,
}: WorkloadProps): void {
  if (replicas !== undefined && autoscaling) {
    throw new Error(
      `${name}: both replicas and autoscaling are set; the autoscaler owns the number of replicas, keep one of them`,
    );
  }
  if (autoscaling && (autoscaling.min < 1 || autoscaling.min > autoscaling.max)) {
    throw new Error(
      `${name}: autoscaling from ${autoscaling.min} to ${autoscaling.max} is no range; min is at least 1 and at most max`,
    );
  }
  if (stateful && update === 'Recreate') {
    throw new Error(`${name}: a StatefulSet cannot be updated by "Recreate"; it replaces its pods one by one`);
  }
  if (stateful && !services.some((service) => (service.name ?? name) === stateful.service && service.headless)) {
    throw new Error(
      `${name}: stateful.service is "${stateful.service}", which is none of its headless services; add it to services`,
    );
  }
  const ports = new Map(
    containers.flatMap((container) => (container.ports ?? []).map((port) => [port.name, port] as const)),
  );
  for (const service of services) {
    for (const port of service.ports) {
      const target = ports.get(port.name);
      if (target === undefined) {
        throw new Error(
          `${name}: Service "${service.name ?? name}" has a port "${port.name}", but no container has; its containers have ${[...ports.keys()].join(', ') || 'none'}`,
        );
      }
      if (target.port !== (port.targetPort ?? port.port)) {
        throw new Error(
          `${name}: port "${port.name}" leads to ${port.targetPort ?? port.port}, but the container listens on ${target.port}; set targetPort`,
        );
      }
    }
  }
}
