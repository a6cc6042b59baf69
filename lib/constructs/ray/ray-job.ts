import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { leaveTo } from '../owned.ts';
import { annotated, syncWave } from '../workload/argo-cd.ts';
import { type RayJobProps, rayJobLabels, rayJobSpec } from './job-spec.ts';
import { leaveToAutoscaler, rayAnnotations, rayServiceAccount } from './ray-cluster.ts';

/**
 * A program on Ray that ends: training, tuning, a batch of predictions.
 *
 * It runs once. A change of an object that has run starts nothing. To run it again, delete the RayJob, and Argo CD makes
 * it anew; or give it another name, and the old one is pruned.
 */
export class RayJob extends Construct {
  constructor(scope: Construct, id: string, props: RayJobProps) {
    super(scope, id);
    const labels = rayJobLabels(props);
    const own = props.cluster === undefined;
    const job = new ApiObject(this, 'job', {
      apiVersion: 'ray.io/v1',
      kind: 'RayJob',
      metadata: {
        ...annotated(props.name, own ? rayAnnotations(props) : syncWave(props.wave)),
        ...(Object.keys(labels).length > 0 && { labels: { ...labels } }),
      },
      spec: rayJobSpec(props),
    });
    if (own) leaveToAutoscaler(job, props, '.spec.rayClusterSpec');
    if (own && props.queue !== undefined) leaveTo(job, '.spec.suspend', 'Kueue');
    rayServiceAccount(this, 'RayJob', props);
  }
}
