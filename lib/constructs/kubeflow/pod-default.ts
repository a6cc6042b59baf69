import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { LabelSelector } from '../../../imports/k8s.ts';
import type { PodDefault } from '../../../imports/kubeflow.ts';
import { annotated, syncWave } from '../workload/argo-cd.ts';
import type { EnvValue } from '../workload/index.ts';
import { envVars } from './env.ts';

/** Label that Kubeflow's controller puts on the pods of Notebooks, and nothing else does. */
const NOTEBOOK = 'notebook-name';

export interface KubeflowPodDefaultProps {
  readonly name: string;
  /** Shown to people who choose among several. */
  readonly description: string;
  /** `every-notebook`, or those that carry the label `<name>: "true"`. Default `every-notebook`. */
  readonly selects?: 'every-notebook' | 'labelled';
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, EnvValue>>;
  /** Volumes that are there already, and where they appear. Default: none. */
  readonly volumes?: readonly { readonly claim: string; readonly path: string; readonly readOnly?: boolean }[];
  readonly serviceAccount?: string;
}

/**
 * What every notebook of a namespace gets, whoever makes it. A notebook that says something else of the same variable,
 * label or volume is refused with a message, not overruled. Source: kubeflow/dashboard v2.0.0, poddefaults-webhooks.
 */
export class KubeflowPodDefault extends Construct {
  constructor(scope: Construct, id: string, props: KubeflowPodDefaultProps) {
    super(scope, id);
    const { name, env = {}, labels = {}, volumes = [] } = props;
    const selector: LabelSelector =
      props.selects === 'labelled'
        ? { matchLabels: { [name]: 'true' } }
        : { matchExpressions: [{ key: NOTEBOOK, operator: 'Exists' }] };
    new ApiObject(this, 'pod-default', {
      apiVersion: 'kubeflow.org/v1alpha1',
      kind: 'PodDefault',
      // Pods that are made before it get nothing of it.
      metadata: annotated(name, syncWave(-1)),
      spec: {
        desc: props.description,
        selector,
        ...(Object.keys(labels).length > 0 && { labels }),
        ...(Object.keys(env).length > 0 && { env: envVars(env) }),
        ...(volumes.length > 0 && {
          volumes: volumes.map(({ claim, readOnly }) => ({
            name: claim,
            persistentVolumeClaim: { claimName: claim, ...(readOnly && { readOnly }) },
          })),
          volumeMounts: volumes.map(({ claim, path, readOnly }) => ({
            name: claim,
            mountPath: path,
            ...(readOnly && { readOnly }),
          })),
        }),
        ...(props.serviceAccount !== undefined && { serviceAccountName: props.serviceAccount }),
      },
    } satisfies PodDefault);
  }
}
