import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App, Chart } from 'cdk8s';
import type { Container, PodTemplateSpec } from '../../imports/k8s.ts';
import { FEAST_PORTS, FeatureRegistry, FeatureStore } from '../../lib/constructs/feast/index.ts';
import type { PostgresHandle } from '../../lib/contracts/postgres.ts';
import { declaredSecret, SecretRef } from '../../lib/graph/credential.ts';
import { dig, list, text } from '../../lib/kubernetes/read.ts';
import type { Manifest } from '../../lib/platform/manifest-set.ts';
import { IMAGES } from '../../lib/platform/versions.ts';

export const FEAST_VERSION = IMAGES.feast.tag;
export const EXAMPLE = resolve(__dirname, '../../examples/feast');

export const HOST = '127.0.0.1';
export const PORTS = { postgres: 5432, redis: 6379 } as const;
export const USER = 'fraud-features';

const password = (name: string) => SecretRef.to(declaredSecret(name, ['password'], 'the test'), 'password');
const database = (name: string): PostgresHandle => ({
  endpoint: { host: HOST, port: PORTS.postgres },
  database: name,
  user: name,
  password: password(name),
  sslMode: 'require',
});
const online = {
  endpoint: { host: HOST, port: PORTS.redis },
  tls: false,
  login: { username: USER, password: password('redis') },
} as const;
const sql = { kind: 'sql', database: database('feast'), cacheSeconds: 5 } as const;
const definitions = {
  kind: 'files',
  files: Object.fromEntries(
    readdirSync(join(EXAMPLE, 'feature_repo'))
      .filter((file) => file.endsWith('.py'))
      .map((file) => [file, readFileSync(join(EXAMPLE, 'feature_repo', file), 'utf8')]),
  ),
} as const;
const hourly = { name: 'hourly', schedule: '5 * * * *' } as const;

/** A registry that projects share. */
export const registry = (): readonly Manifest[] =>
  made((chart) => new FeatureRegistry(chart, 'registry', { image: 'feast', registry: sql }));

/** A project on that registry, with files. */
export const store = (data: string): readonly Manifest[] =>
  made(
    (chart) =>
      new FeatureStore(chart, 'store', {
        name: USER,
        image: 'feast',
        project: 'fraud',
        registry: { kind: 'remote', endpoint: { host: HOST, port: FEAST_PORTS.registry.port } },
        onlineStore: online,
        offlineStore: { kind: 'duckdb', directory: data },
        definitions,
        materializations: [hourly],
        offlineServer: true,
        ui: true,
      }),
  );

/** A project of another team, with the registry's database itself, and with a database of its own to read from. */
export const storeOnDatabases = (): readonly Manifest[] =>
  made(
    (chart) =>
      new FeatureStore(chart, 'store', {
        name: 'other-features',
        image: 'feast',
        project: 'otherfraud',
        registry: sql,
        onlineStore: online,
        keyTtlSeconds: 3600,
        offlineStore: { kind: 'postgres', database: database('history') },
        definitions,
        materializations: [{ ...hourly, views: ['account_hourly'] }],
      }),
  );

function made(make: (chart: Chart) => void): readonly Manifest[] {
  const chart = new Chart(new App({ outdir: 'dist' }), 'feast');
  make(chart);
  return chart.toJson();
}

/** A pod as a workload starts it, with the files that are mounted into it. */
export interface Pod {
  readonly container: Container;
  readonly initContainers: readonly Container[];
  /** Files of each ConfigMap, by where its volume is mounted in some container. */
  readonly files: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function podOf(manifests: readonly Manifest[], kind: string, name: RegExp): Pod {
  const workload = manifests.find((manifest) => manifest.kind === kind && name.test(manifest.metadata.name));
  if (!workload) throw new Error(`there is no ${kind} ${name}`);
  const template = (dig(workload, 'spec', 'jobTemplate', 'spec', 'template') ??
    dig(workload, 'spec', 'template')) as PodTemplateSpec;
  const { containers = [], initContainers = [], volumes = [] } = template.spec ?? {};
  const [container] = containers;
  if (!container) throw new Error(`${kind} ${name} has no container`);
  const files: Record<string, Record<string, string>> = {};
  for (const { name: mount, mountPath } of [container, ...initContainers].flatMap((one) => one.volumeMounts ?? [])) {
    const map = volumes.find((volume) => volume.name === mount)?.configMap?.name;
    const object = manifests.find((manifest) => manifest.kind === 'ConfigMap' && manifest.metadata.name === map);
    if (object) {
      const data = dig(object, 'data');
      files[mountPath] = Object.fromEntries(
        Object.entries(Object(data)).map(([key, value]) => [key, text(value) ?? '']),
      );
    }
  }
  return { container, initContainers: list(initContainers) as Container[], files };
}
