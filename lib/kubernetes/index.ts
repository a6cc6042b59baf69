import type { KindFacts } from '../operators/operator.ts';
import { access } from './kinds/access.ts';
import { availability } from './kinds/availability.ts';
import { clusterScoped } from './kinds/cluster-scoped.ts';
import { core } from './kinds/core.ts';
import { traffic } from './kinds/traffic.ts';
import { workloads } from './kinds/workloads.ts';

/** What Kubernetes itself knows of its kinds, by `group/Kind`. */
export const KUBERNETES_KINDS: Readonly<Record<string, KindFacts>> = {
  ...access,
  ...availability,
  ...clusterScoped,
  ...core,
  ...traffic,
  ...workloads,
};
