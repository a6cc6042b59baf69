import type { Affinity, Toleration } from '../../../imports/k8s.ts';

/** Where pods may run. */
export interface Placement {
  readonly affinity?: Affinity;
  readonly tolerations?: readonly Toleration[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
}

/** Devices that a container asks its node for. */
export interface GpuRequest {
  /** Extended resource as the device plugin names it: `nvidia.com/gpu`, `nvidia.com/gpu.shared`, `nvidia.com/mig-1g.10gb`. */
  readonly resource: string;
  readonly count: number;
  /**
   * GPUs that a program should believe it has, for resources whose name does not tell: those of a shared or divided
   * GPU. Default: `count`.
   */
  readonly numGpus?: number;
}
