import type { Port } from '../../graph/contract.ts';
import { serviceHost } from '../../graph/endpoint.ts';
import type { ContainerProps, Resources, ServiceContainerProps } from '../workload/props.ts';

/** The image's own user. */
export const USER = 1000;
/** Where each server has its data, and where all look for their configuration. */
export const DATA = '/data';
export const CONFIG = '/etc/seaweedfs';

/** Each collection (bucket) starts with one file for its content. The default of 7 fills a small disk with nothing. */
export const GROWTH = {
  WEED_MASTER_VOLUME_GROWTH_COPY_1: '1',
  WEED_MASTER_VOLUME_GROWTH_COPY_2: '1',
  WEED_MASTER_VOLUME_GROWTH_COPY_3: '1',
  WEED_MASTER_VOLUME_GROWTH_COPY_OTHER: '1',
} as const;

/**
 * Runs on for 25 seconds after the pod was told to stop: the gateway waits 15 for its callers before it writes what it
 * has in memory. A data server takes 10 more, all well within the pod's grace.
 */
export const STOP_LATER = { preStop: { exec: { command: ['sleep', '25'] } } };

/** A server is known to the others by the stable name of its pod. */
export const addresses = (workload: string, namespace: string, metrics: Port): string[] => [
  `-ip=$(POD_NAME).${serviceHost({ service: `${workload}-headless`, namespace })}`,
  '-ip.bind=0.0.0.0',
  `-metricsPort=${metrics.port}`,
];

/** The first, second or any other server of a workload, as the others call it. */
export const member = (workload: string, index: number, namespace: string): string =>
  `${workload}-${index}.${serviceHost({ service: `${workload}-headless`, namespace })}`;

/** Gives the pods of a workload their names, also while they start: they wait for each other. */
export const headless = (workload: string, ports: readonly [Port, ...Port[]]) => ({
  name: `${workload}-headless`,
  ports,
  headless: true,
  publishNotReadyAddresses: true,
});

/** What all workloads have in common. */
export const server = (store: string, name: string, role: string) => ({
  name,
  component: store,
  role,
  user: USER,
  group: USER,
  // A data server tells its master ten seconds before it goes.
  terminationGracePeriodSeconds: 60,
});

/** A container with one of SeaweedFS' servers, its data on the volume `data`. */
export function weed(
  { image, resources }: { readonly image: string; readonly resources: Resources },
  options: {
    readonly name: string;
    readonly args: readonly string[];
    readonly ports: ContainerProps['ports'] & {};
    /** Port that tells whether the server is well. */
    readonly health: Port;
    readonly env?: ContainerProps['env'];
    readonly resources?: Resources;
    /** Whether other containers of the pod have their data on the same volume. */
    readonly shares: boolean;
  },
): ServiceContainerProps {
  const probe = { httpGet: { path: '/healthz', port: options.health.name } };
  return {
    name: options.name,
    image,
    command: ['weed'],
    args: [`-config_dir=${CONFIG}`, '-logtostderr=true', ...options.args],
    env: { POD_NAME: { podField: 'metadata.name' }, ...options.env, HOME: '/tmp' },
    ports: options.ports,
    resources: options.resources ?? resources,
    mounts: [{ name: 'data', mountPath: DATA, ...(options.shares && { subPath: options.name }) }],
    scratch: [{ path: '/tmp' }],
    probes: {
      startup: { ...probe, periodSeconds: 5, failureThreshold: 60 },
      readiness: { ...probe, periodSeconds: 10, timeoutSeconds: 5 },
      liveness: { ...probe, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5 },
    },
  };
}
