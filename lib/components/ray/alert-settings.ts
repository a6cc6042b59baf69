import { z } from 'zod';
import { duration } from '../../config/scalars.ts';
import { RAY_CLUSTER_THRESHOLDS, RAY_SERVICE_THRESHOLDS } from '../../constructs/ray/index.ts';

/** When somebody is told of a cluster or service. What is left out has the construct's default. */

const patience = (what: string, standard: string) =>
  duration
    .regex(/^([0-9]+(ms|s|m|h|d))+$/, {
      error: 'is not a duration of Prometheus, which knows no fractions; write it like 90s or 1h30m',
    })
    .default(standard)
    .describe(`${what} Default ${standard}.`);

const cluster = RAY_CLUSTER_THRESHOLDS;
const service = RAY_SERVICE_THRESHOLDS;

const clusterThresholds = {
  nodeDown: patience('How long a node may be gone.', cluster.nodeDown),
  incomplete: patience(
    'How long there may be fewer nodes than the least, also when they never came.',
    cluster.incomplete,
  ),
  nodesPending: patience('How long nodes that the autoscaler asked for may be missing.', cluster.nodesPending),
  spilledBytes: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(cluster.spilledBytes)
    .describe(`Bytes on the disk of a node that found no room in its object store. Default ${cluster.spilledBytes}.`),
  placementGroupsPending: patience('How long placement groups may wait for room.', cluster.placementGroupsPending),
  gpuIdle: patience('How long a worker may hold GPUs that nobody asks for.', cluster.gpuIdle),
};

const serviceThresholds = {
  ...clusterThresholds,
  latency: z
    .number()
    .positive()
    .max(600_000)
    .default(service.latency)
    .describe(`Milliseconds within which 99 of 100 requests are answered. Default ${service.latency}.`),
  errors: z
    .number()
    .min(0)
    .max(100)
    .default(service.errors)
    .describe(`Percent of the requests that may fail. Default ${service.errors}.`),
  patience: patience('How long latency, errors or replicas may be bad.', service.patience),
};

const WHAT = 'When somebody is told that something is wrong.';
export const clusterAlertSettings = z.strictObject(clusterThresholds).prefault({}).describe(WHAT);
export const serviceAlertSettings = z.strictObject(serviceThresholds).prefault({}).describe(WHAT);
