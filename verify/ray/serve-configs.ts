import type { ServeApplication } from '../../lib/constructs/ray/index.ts';
import { serveConfigText } from '../../lib/constructs/ray/serve-config.ts';

/** What Ray's own schema is asked about, beside all of `dist/`. */

type Applications = readonly [ServeApplication, ...ServeApplication[]];
const base = { name: 'a', importPath: 'a:app' } as const;
const everything: ServeApplication = {
  name: 'everything',
  importPath: 'fraud.app:build',
  routePrefix: '/api/ml/serve/fraud',
  runtimeEnv: {
    working_dir: 'local:///app',
    py_modules: ['s3://bucket/modules.zip'],
    env_vars: { MODE: 'on', LEVEL: '3' },
  },
  args: { model: 'fraud', nested: { list: [1, 'on', null, true] } },
  deployments: [
    {
      name: 'Model',
      replicas: { min: 0, max: 3, initial: 1, targetOngoingRequests: 4, upscaleDelay: 10, downscaleDelay: 60 },
      maxOngoingRequests: 16,
      maxQueuedRequests: 100,
      actor: {
        numCpus: 0.5,
        numGpus: 0.25,
        memory: 1e9,
        resources: { disk: 1 },
        acceleratorType: 'A10G',
        runtimeEnv: { env_vars: { A: '1' } },
      },
      userConfig: { threshold: 0.5, on: 'off', when: '2026-01-01', number: '012' },
      gracefulShutdownTimeout: 30,
      gracefulShutdownWaitLoop: 1,
      healthCheckPeriod: 5,
      healthCheckTimeout: 10,
    },
    { name: 'Features', replicas: 2, actor: { numGpus: 2 } },
    { name: 'Untouched' },
  ],
};

const taken: Readonly<Record<string, readonly [Applications, object?]>> = {
  'the least': [[base]],
  'all that can be said': [[everything], { requestTimeout: 30 }],
  'several applications, through the head': [
    [base, { ...everything, name: 'b', routePrefix: '/b' }, { ...base, name: 'c', routePrefix: '/c/d' }],
    { proxyLocation: 'HeadOnly' },
  ],
  'a replica at least': [[{ ...base, deployments: [{ name: 'D', replicas: { min: 1, max: 1 } }] }]],
};

export const TAKEN: readonly (readonly [what: string, text: string])[] = Object.entries(taken).map(
  ([what, [applications, more]]) => [what, serveConfigText({ name: 'verify', applications, ...more })],
);

/** Written as a construct would that did not refuse it. */
const written = (more: object): string =>
  JSON.stringify({ applications: [{ name: 'a', import_path: 'a:app', route_prefix: '/', ...more }] });
const one = (application: Partial<ServeApplication>): Applications => [{ ...base, ...application }];

/** What the constructs refuse, because Ray does: the applications, and what would be written of them. */
export const REFUSED: readonly (readonly [what: string, Applications, text: string])[] = [
  [
    'no replicas',
    one({ deployments: [{ name: 'D', replicas: 0 }] }),
    written({ deployments: [{ name: 'D', num_replicas: 0 }] }),
  ],
  [
    'a directory that nobody uploads',
    one({ runtimeEnv: { working_dir: '/app' } }),
    written({ runtime_env: { working_dir: '/app' } }),
  ],
  [
    'modules that nobody uploads',
    one({ runtimeEnv: { py_modules: ['./lib'] } }),
    written({ runtime_env: { py_modules: ['./lib'] } }),
  ],
  [
    'an archive as a directory',
    one({ runtimeEnv: { working_dir: 'local:///app.zip' } }),
    written({ runtime_env: { working_dir: 'local:///app.zip' } }),
  ],
  [
    'a variable that is no text',
    one({ runtimeEnv: { env_vars: { A: 1 } } }),
    written({ runtime_env: { env_vars: { A: 1 } } }),
  ],
  [
    'a variable of an actor that is no text',
    one({ deployments: [{ name: 'D', actor: { runtimeEnv: { env_vars: { A: true } } } }] }),
    written({ deployments: [{ name: 'D', ray_actor_options: { runtime_env: { env_vars: { A: true } } } }] }),
  ],
  ['an import path without a module', one({ importPath: 'app' }), written({ import_path: 'app' })],
];
