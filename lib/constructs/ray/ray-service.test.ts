import { parse } from 'yaml';
import type { RayServiceProps } from './ray-service.ts';
import type { ServeApplication } from './serve-config.ts';
import { rayJob, rayService } from './testing.ts';

const serve = (props: Partial<RayServiceProps>): string => rayService(props)('RayService').spec.serveConfigV2;
const application = { name: 'a', importPath: 'a:app' } satisfies ServeApplication;

test('applications are written as Ray reads them', () => {
  const applications: RayServiceProps['applications'] = [
    {
      name: 'fraud',
      importPath: 'fraud.app:app',
      routePrefix: '/api/ml/serve/fraud',
      runtimeEnv: { env_vars: { MODE: 'on' } },
      args: { model: 'fraud' },
      deployments: [
        {
          name: 'Model',
          replicas: { min: 1, max: 3, initial: 2, targetOngoingRequests: 4, upscaleDelay: 10, downscaleDelay: 60 },
          maxOngoingRequests: 16,
          maxQueuedRequests: 100,
          actor: { numGpus: 0.5, resources: { disk: 1 } },
          userConfig: { threshold: 0.5 },
          gracefulShutdownTimeout: 30,
          healthCheckPeriod: 5,
        },
        { name: 'Features', replicas: 2 },
      ],
    },
  ];
  expect(parse(serve({ applications, requestTimeout: 30 }), { version: '1.1' })).toEqual({
    proxy_location: 'EveryNode',
    http_options: { host: '0.0.0.0', port: 8000, keep_alive_timeout_s: 90, request_timeout_s: 30 },
    applications: [
      {
        name: 'fraud',
        import_path: 'fraud.app:app',
        route_prefix: '/api/ml/serve/fraud',
        runtime_env: { env_vars: { MODE: 'on' } },
        args: { model: 'fraud' },
        deployments: [
          {
            name: 'Model',
            autoscaling_config: {
              min_replicas: 1,
              max_replicas: 3,
              initial_replicas: 2,
              target_ongoing_requests: 4,
              upscale_delay_s: 10,
              downscale_delay_s: 60,
            },
            max_ongoing_requests: 16,
            max_queued_requests: 100,
            ray_actor_options: { num_gpus: 0.5, resources: { disk: 1 } },
            user_config: { threshold: 0.5 },
            graceful_shutdown_timeout_s: 30,
            health_check_period_s: 5,
          },
          { name: 'Features', num_replicas: 2 },
        ],
      },
    ],
  });
});

test('the text changes only with what it says, and says what a reader of YAML 1.1 takes for a word as one', () => {
  const one = serve({ applications: [{ ...application, args: { b: 'on', a: { d: 1, c: 2 } } }] });
  expect(serve({ applications: [{ ...application, args: { a: { c: 2, d: 1 }, b: 'on' } }] })).toBe(one);
  expect(one).toContain('b: "on"');
});

test('workers take requests, and stay ready by their own proxy', () => {
  const [worker] = rayService()('RayService').spec.rayClusterConfig.workerGroupSpecs;
  expect(worker.template.spec.containers[0].ports.map(({ name }: { name: string }) => name)).toContain('serve');
});

test('workers of a group, in one of two clusters, are spread over nodes', () => {
  const [{ template }] = rayService()('RayService').spec.rayClusterConfig.workerGroupSpecs;
  const [constraint, ...others] = template.spec.topologySpreadConstraints;
  expect(others).toEqual([]);
  expect(constraint).toEqual({
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: template.metadata.labels },
    matchLabelKeys: ['ray.io/cluster', 'ray.io/group'],
  });
  expect(rayJob()('RayJob').spec.rayClusterSpec.workerGroupSpecs[0].template.spec).not.toHaveProperty(
    'topologySpreadConstraints',
  );
});

test('a change of the template makes a second cluster unless it is said that it does not', () => {
  expect(rayService()('RayService').spec.upgradeStrategy).toEqual({ type: 'NewCluster' });
  expect(rayService({ upgrade: 'None' })('RayService').spec.upgradeStrategy).toEqual({ type: 'None' });
});

const deployed = (deployment: object): Partial<RayServiceProps> => ({
  applications: [{ ...application, deployments: [{ name: 'D', ...deployment }] }],
});

test.each([
  [{ name: 'a'.repeat(48) }, 'name of a RayService is 48 characters long; at most 47 fit'],
  [{ applications: [application, { ...application, routePrefix: '/b' }] }, 'two applications have the name "a"'],
  [{ applications: [application, { ...application, name: 'b' }] }, 'two applications have the route prefix "/"'],
  [{ applications: [{ ...application, routePrefix: 'a' }] }, 'has the route prefix "a"'],
  [{ applications: [{ ...application, routePrefix: '/a/' }] }, 'has the route prefix "/a/"'],
  [{ applications: [{ ...application, importPath: 'app' }] }, 'write module:variable'],
  [deployed({ replicas: { min: 2, max: 1 } }), 'has from 2 to 1 replicas'],
  [deployed({ replicas: 0.5 }), 'has 0.5 replicas'],
  [deployed({ replicas: 0 }), 'has 0 replicas; a fixed number is a whole one, at least 1'],
  [deployed({ actor: { runtimeEnv: { working_dir: '/app' } } }), 'but Serve uploads nothing; write local:///app'],
  [{ applications: [{ ...application, runtimeEnv: { env_vars: { A: 1 } } }] }, 'has the variable A with the value 1'],
  [
    { applications: [{ ...application, deployments: [{ name: 'D' }, { name: 'D' }] }] },
    'has two deployments with the name "D"',
  ],
  [deployed({ actor: { numGpus: 1.5 } }), 'has numGpus 1.5; Ray gives parts of one GPU, or whole ones'],
] as [Partial<RayServiceProps>, string][])('%j is refused', (props, message) => {
  expect(() => rayService(props)).toThrow(message);
});
