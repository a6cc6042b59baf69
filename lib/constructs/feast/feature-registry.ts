import { Construct } from 'constructs';
import type { Volume, VolumeMount } from '../../../imports/k8s.ts';
import { type EnvValue, type Resources, type Scratch, Workload } from '../workload/index.ts';
import { FEAST_PORTS } from './ports.ts';
import { tokenReader } from './rbac.ts';
import {
  type FeastAuth,
  type FeastRegistry,
  type FeastSettings,
  featureStoreEnv,
  STORE_DIRECTORY,
  STORE_FILE,
  storeFiles,
} from './settings.ts';

/** As the image is made. */
export const FEAST_USER = { user: 1001, group: 1001 } as const;

export const SCRATCH: readonly Scratch[] = [{ path: '/tmp' }];

/** Everything after `feast` that comes before a command. */
export const STORE_ARGUMENT = `--feature-store-yaml=${STORE_DIRECTORY}/${STORE_FILE}`;

/** Until the endpoints have lost a pod, requests still come. */
export const LINGER = { preStop: { exec: { command: ['sleep', '5'] } } } as const;

export interface FeatureRegistryProps {
  /** Of all objects and of the Service. Default `feast`. */
  readonly name?: string;
  /** Needed for auth `kubernetes`, whose rights name it. */
  readonly namespace?: string;
  readonly image: string;
  /** Project that the server itself is configured for; it serves all. Default `platform`. */
  readonly project?: string;
  readonly registry: Exclude<FeastRegistry, { readonly kind: 'remote' }>;
  readonly auth?: FeastAuth;
  /** Default 2; with a file 1, since two would write over each other. */
  readonly replicas?: number;
  /** Default 100m and 512Mi. */
  readonly resources?: Partial<Resources>;
  /** Where the file is. */
  readonly volume?: { readonly volume: Volume; readonly mount: VolumeMount };
  /** Pages that show what is defined. They have no login. Default: none. */
  readonly ui?: boolean;
}

/** A registry that several projects share, behind gRPC; and pages that show it. */
export class FeatureRegistry extends Construct {
  constructor(scope: Construct, id: string, props: FeatureRegistryProps) {
    super(scope, id);
    const { name = 'feast', registry, auth, image, volume } = props;
    const isFile = registry.kind === 'file';
    const replicas = props.replicas ?? (isFile ? 1 : 2);
    if (isFile && replicas > 1) {
      throw new Error(`${name}: ${replicas} replicas would write over each other's file; keep one, or use a database`);
    }
    const settings: FeastSettings = { project: props.project ?? 'platform', registry, ...(auth && { auth }) };
    const kubernetesApi = auth?.kind === 'kubernetes';
    if (kubernetesApi) tokenReader(this, name, required(name, props.namespace));
    new Workload(this, 'server', {
      name,
      role: 'registry',
      ...FEAST_USER,
      kubernetesApi,
      config: [{ name: `${name}-store`, path: STORE_DIRECTORY, files: storeFiles(settings) }],
      replicas,
      ...(isFile && { update: 'Recreate' }),
      services: [{ ports: [FEAST_PORTS.registry] }],
      ...(volume && { volumes: [volume.volume] }),
      containers: [
        {
          name: 'registry',
          image,
          command: ['feast'],
          args: [STORE_ARGUMENT, 'serve_registry', `--port=${FEAST_PORTS.registry.port}`],
          workingDir: '/tmp',
          env: registryEnv(settings),
          ports: [FEAST_PORTS.registry],
          resources: { cpu: '100m', memory: '512Mi', ...props.resources },
          scratch: SCRATCH,
          ...(volume && { mounts: [volume.mount] }),
          probes: {
            startup: { grpc: { port: FEAST_PORTS.registry.port }, periodSeconds: 3, failureThreshold: 40 },
            readiness: { grpc: { port: FEAST_PORTS.registry.port }, periodSeconds: 5, timeoutSeconds: 3 },
            liveness: {
              grpc: { port: FEAST_PORTS.registry.port },
              periodSeconds: 20,
              timeoutSeconds: 10,
              failureThreshold: 6,
            },
          },
          lifecycle: LINGER,
        },
      ],
    });
    if (props.ui) {
      featureUi(this, {
        name: `${name}-ui`,
        component: name,
        serviceAccount: name,
        image,
        settings: {
          ...settings,
          registry: { kind: 'remote', endpoint: { host: name, port: FEAST_PORTS.registry.port } },
        },
      });
    }
  }
}

const registryEnv = (settings: FeastSettings): Readonly<Record<string, EnvValue>> => featureStoreEnv(settings);

export function required(name: string, namespace: string | undefined): string {
  if (namespace !== undefined) return namespace;
  throw new Error(`${name}: auth "kubernetes" needs the namespace, which rights of the whole cluster name; set it`);
}

/** Feast's pages: they read the registry and keep nothing. */
export function featureUi(
  scope: Construct,
  {
    name,
    component,
    serviceAccount,
    image,
    settings,
  }: {
    readonly name: string;
    readonly component: string;
    readonly serviceAccount: string;
    readonly image: string;
    readonly settings: FeastSettings;
  },
): void {
  const probe = { httpGet: { path: '/health', port: FEAST_PORTS.ui.name } } as const;
  new Workload(scope, 'ui', {
    name,
    component,
    role: 'ui',
    serviceAccount,
    ...FEAST_USER,
    kubernetesApi: settings.auth?.kind === 'kubernetes',
    config: [{ name: `${name}-store`, path: STORE_DIRECTORY, files: storeFiles(settings) }],
    services: [{ ports: [FEAST_PORTS.ui] }],
    containers: [
      {
        name: 'ui',
        image,
        command: ['feast'],
        args: [STORE_ARGUMENT, 'ui', '--host=0.0.0.0', `--port=${FEAST_PORTS.ui.port}`],
        workingDir: '/tmp',
        env: featureStoreEnv(settings),
        ports: [FEAST_PORTS.ui],
        resources: { cpu: '50m', memory: '512Mi' },
        scratch: SCRATCH,
        probes: {
          startup: { ...probe, periodSeconds: 3, failureThreshold: 40 },
          readiness: { ...probe, periodSeconds: 10, timeoutSeconds: 5 },
        },
      },
    ],
  });
}
