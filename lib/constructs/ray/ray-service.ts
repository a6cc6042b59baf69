import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { RayServiceSpec } from '../../../imports/kuberay.ts';
import { annotated } from '../workload/argo-cd.ts';
import { clusterSpec } from './cluster-spec.ts';
import type { RayTemplate } from './props.ts';
import { leaveToAutoscaler, rayAnnotations, rayServiceAccount } from './ray-cluster.ts';
import { alwaysHasReplica, type ProxyLocation, type ServeApplication, serveConfigText } from './serve-config.ts';

export interface RayServiceProps extends RayTemplate {
  readonly applications: readonly [ServeApplication, ...ServeApplication[]];
  /**
   * Default `EveryNode`: every worker with a replica answers requests itself, and is ready only then. `HeadOnly`: all
   * go through the head.
   */
  readonly proxyLocation?: ProxyLocation;
  /**
   * Whether requests go to the head too, whose proxy is always there. Default: only where no worker is sure to have one:
   * with `HeadOnly`, without worker groups, and where no deployment is said here to keep a replica.
   */
  readonly headServes?: boolean;
  /** Seconds after which a request ends in 408. Default: none; a gateway in front has one. */
  readonly requestTimeout?: number;
  /**
   * What a change of the cluster's template (image, environment, resources, placement other than tolerations) does.
   * `NewCluster`: a second cluster is made, and traffic moves when it is ready. Until then both exist: the same CPUs and
   * GPUs are needed once more. `None`: nothing, until the RayService is deleted and made again. Applications and their
   * settings always change in place. Default `NewCluster`.
   *
   * KubeRay's `NewClusterWithIncrementalUpgrade` is not offered: it makes a Gateway, and so a load balancer, for each
   * service, beside the one that everything comes through; for a canary, split a route over two RayServices.
   */
  readonly upgrade?: 'NewCluster' | 'None';
  /** Seconds for which a cluster that was replaced lives on, to end its requests. Default 60. */
  readonly deletionDelay?: number;
}

/**
 * Applications of Ray Serve on a cluster of their own, behind the Service `rayNames.serveService(name)`.
 *
 * Only new applications, their settings and worker groups added at the end reach a cluster that runs. Numbers of
 * workers (`replicas`, `min`, `max`) do not: KubeRay sees no difference in them, and the next cluster has them.
 *
 * Workers of a group are spread over nodes where there is room. They have no PodDisruptionBudget: RayClusters have no
 * scale subresource, by which Kubernetes could know how many pods are wanted, so that `maxUnavailable` would let none
 * go, and `minAvailable` would hold a node for good where only one worker has a replica. A drain that takes a worker
 * ends its requests first, and Serve starts the replica elsewhere.
 */
export class RayService extends Construct {
  constructor(scope: Construct, id: string, props: RayServiceProps) {
    super(scope, id);
    const { proxyLocation = 'EveryNode', workerGroups = [] } = props;
    const workersServe = proxyLocation === 'EveryNode' && workerGroups.length > 0;
    const headServes = props.headServes ?? !(workersServe && alwaysHasReplica(props));
    if (!headServes && !workersServe) {
      throw new Error(
        `${props.name}: headServes is false, but no worker answers requests; leave it out, or have worker groups and proxyLocation EveryNode`,
      );
    }
    const spec: RayServiceSpec = {
      serveConfigV2: serveConfigText(props),
      upgradeStrategy: { type: props.upgrade ?? 'NewCluster' },
      rayClusterDeletionDelaySeconds: props.deletionDelay ?? 60,
      excludeHeadPodFromServeSvc: !headServes,
      rayClusterConfig: clusterSpec(props, { kind: 'RayService', workersServe }),
    };
    const service = new ApiObject(this, 'service', {
      apiVersion: 'ray.io/v1',
      kind: 'RayService',
      metadata: annotated(props.name, rayAnnotations(props)),
      spec,
    });
    leaveToAutoscaler(service, props, '.spec.rayClusterConfig');
    rayServiceAccount(this, 'RayService', props);
  }
}
