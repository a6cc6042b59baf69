export { syncWave } from './argo-cd.ts';
export { checksum } from './checksum.ts';
export type { GpuRequest, Placement } from './placement.ts';
export { podDependencies, podTemplate, requirements, selectorLabels } from './pod.ts';
export * from './props.ts';
export { ScheduledTask, type ScheduledTaskProps, Task, type TaskProps } from './task.ts';
export {
  type Autoscaling,
  type Claim,
  type ServiceProps,
  type StatefulProps,
  Workload,
  type WorkloadProps,
} from './workload.ts';
