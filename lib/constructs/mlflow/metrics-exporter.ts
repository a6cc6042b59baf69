import type { Volume, VolumeMount } from '../../../imports/k8s.ts';
import type { ServiceContainerProps } from '../workload/index.ts';

/** Where the server's workers leave their metrics. */
export const METRICS_DIRECTORY = '/var/lib/mlflow/metrics';

const PORT = { name: 'metrics', port: 9464 } as const;

export const METRICS_VOLUME: Volume = { name: 'metrics', emptyDir: { sizeLimit: '256Mi' } };
export const METRICS_MOUNT: VolumeMount = { name: METRICS_VOLUME.name, mountPath: METRICS_DIRECTORY };

const SCRIPT = `\
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

registry = CollectorRegistry()
MultiProcessCollector(registry, path="${METRICS_DIRECTORY}")
_, thread = start_http_server(${PORT.port}, registry=registry)
thread.join()
`;

/**
 * Port on which the server's metrics are scraped. A server that asks for a login shows them only to administrators,
 * and Prometheus should not be one, so a container beside it shows the same metrics on a port of its own.
 */
export const mlflowMetricsPort = (login: boolean) => (login ? PORT : ({ name: 'http', port: 5000 } as const));

/** Shows the metrics of the server in the same pod. */
export const metricsExporter = (image: string): ServiceContainerProps => ({
  name: 'metrics',
  image,
  command: ['python', '-c', SCRIPT],
  ports: [PORT],
  resources: { cpu: '10m', memory: '96Mi' },
  mounts: [{ ...METRICS_MOUNT, readOnly: true }],
  probes: { readiness: { tcpSocket: { port: PORT.name } } },
});
