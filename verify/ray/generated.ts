import { App, Chart } from 'cdk8s';
import type { RayJob as RayJobManifest, RayService as RayServiceManifest } from '../../imports/kuberay.ts';
import { RayJob, RayService } from '../../lib/constructs/ray/index.ts';
import type { Manifest } from '../../lib/platform/manifest-set.ts';
import { IMAGES } from '../../lib/platform/versions.ts';

/** `2.60.0-py312` is Ray 2.60.0. */
export const RAY_VERSION = IMAGES.ray.tag.replace(/-.*$/, '');

export const PREFIX = '/api/ml/serve/ranking';
export const TRACKING_PORT = 5000;

const node = {
  image: 'ray',
  rayVersion: RAY_VERSION,
  head: { cpu: '2', memory: '4Gi' },
  tracking: { trackingUri: `http://127.0.0.1:${TRACKING_PORT}` },
} as const;

/** A RayService of one node with the example application. */
export function service(routePrefix: string, seed: number): RayServiceManifest {
  return only<RayServiceManifest>((chart) => {
    new RayService(chart, 'ranking', {
      ...node,
      name: 'ranking',
      applications: [
        {
          name: 'ranking',
          importPath: 'serve_app.ranking:app',
          routePrefix,
          deployments: [
            { name: 'Model', replicas: { min: 1, max: 2 }, actor: { numCpus: 0.2 }, userConfig: { seed } },
            { name: 'Ranking', replicas: 1, actor: { numCpus: 0.2 }, maxOngoingRequests: 20 },
          ],
        },
      ],
    });
  });
}

export const job = (): RayJobManifest =>
  only<RayJobManifest>((chart) => {
    new RayJob(chart, 'tune', { ...node, name: 'tune', entrypoint: 'python tune_ridge.py --samples 4' });
  });

function only<T>(make: (chart: Chart) => void): T {
  const chart = new Chart(new App({ outdir: 'dist' }), 'ray');
  make(chart);
  const found: Manifest | undefined = chart
    .toJson()
    .find(({ kind }: Manifest) => kind === 'RayService' || kind === 'RayJob');
  if (!found) throw new Error('nothing of Ray was made');
  return found as unknown as T;
}
