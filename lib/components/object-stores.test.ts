import { objectStore } from '../contracts/object-store.ts';
import { placementsOf } from '../derive/credentials.ts';
import { flowsOf } from '../derive/flows.ts';
import { need } from '../graph/contract.ts';
import { portNumbers } from '../graph/flow.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import { node } from '../graph/testing.ts';
import { surroundingsOf } from '../platform/surroundings.ts';
import { objectsOf, testContext } from '../platform/testing.ts';
import { wire } from '../platform/wire.ts';
import type { AnyComponent } from './component.ts';
import { minioKind } from './minio.ts';
import { seaweedfsKind } from './seaweedfs.ts';

const environment = testContext('test-');
const originOf = (name: string) => ({ file: 'environments/test/environment.yaml', path: ['components', name] });

const minio = (settings: object = {}): AnyComponent =>
  only(minioKind.components(minioKind.settings.parse(settings), environment, originOf('minio')));
const seaweedfs = (settings: object = {}): AnyComponent =>
  only(seaweedfsKind.components(seaweedfsKind.settings.parse(settings), environment, originOf('seaweedfs')));
function only(components: readonly AnyComponent[]): AnyComponent {
  const [component] = components;
  if (!component) throw new Error('no component');
  return component;
}

const asking = (name: string, bucket: string, days?: number): AnyComponent => ({
  ...node(name, {
    namespace: `test-${name}`,
    needs: {
      artifacts: need(objectStore, { bucket, ...(days !== undefined && { expire: [{ days }] }) }, 'keeps artifacts'),
    },
  }),
  build: () => undefined,
});
const mlflow = asking('mlflow', 'mlflow', 90);

const problems = (...components: AnyComponent[]) => new ServiceGraph(components).problems.map(({ message }) => message);

describe.each([
  ['minio', minio, 9000, 'minio-root', ['user', 'password']],
  ['seaweedfs', seaweedfs, 8333, 'seaweedfs-admin', ['accessKeyId', 'secretAccessKey']],
] as const)('%s', (name, store, port, administrator, keys) => {
  const component = store({ servers: 1 });
  const graph = new ServiceGraph([component, mlflow]);

  test('gives each who asks a bucket of its own', () => {
    expect(graph.problems).toEqual([]);
    expect(wire(mlflow, graph).needs.artifacts).toMatchObject({
      protocol: 's3',
      bucket: 'mlflow',
      endpoint: `http://${name}.test-data.svc:${port}`,
      auth: { kind: 'keys', secretAccessKey: { name: 'mlflow-artifacts', key: 'secretAccessKey' } },
    });
  });

  test("knows its user's keys, which are generated where it runs and copied to where the component does", () => {
    const { places } = placementsOf(graph).find((placement) => placement.name === 'mlflow-artifacts') ?? {};
    expect(places?.map(({ namespace }) => namespace)).toEqual(['test-data', 'test-mlflow']);
    const job = objectsOf(component, [mlflow]).find(({ kind }) => kind === 'Job');
    expect(job).toMatchObject({
      spec: {
        template: {
          spec: { volumes: expect.arrayContaining([expect.objectContaining({ projected: expect.anything() })]) },
        },
      },
    });
    expect(JSON.stringify(job)).toContain('"name":"mlflow-artifacts"');
  });

  test('has an administrator of whom only itself knows', () => {
    const { places, spec } = placementsOf(graph).find((placement) => placement.name === administrator) ?? {};
    expect(places).toEqual([{ namespace: 'test-data', component: name }]);
    expect(Object.keys(spec?.keys ?? {})).toEqual(keys);
  });

  test('lets others in by one port, its own pods by theirs, and finds them by name', () => {
    const flows = flowsOf(graph, surroundingsOf(environment), new Map()).map(
      ({ from, to, ports }) => `${from.name} to ${to.name}: ${portNumbers(ports).join(' ')}`,
    );
    expect(flows).toContain(`mlflow to ${name}: ${port}`);
    expect(flows.some((flow) => flow.startsWith(`${name} to ${name}: ${port}`))).toBe(true);
    expect(flows).toContain(`${name} to dns: 53 53`);
  });

  test('tells each bucket how long objects stay', () => {
    const texts = objectsOf(component, [mlflow, asking('feast', 'features')]).flatMap(({ kind, data }) =>
      kind === 'ConfigMap' ? [JSON.stringify(data)] : [],
    );
    expect(texts.join()).toMatch(/mlflow\.lifecycle\.(json|xml)/);
    expect(texts.join()).not.toContain('features.lifecycle');
  });

  test('gives no bucket to two', () => {
    expect(problems(component, mlflow, asking('feast', 'mlflow'))).toEqual([
      `feast asks ${name} for the bucket "mlflow", which is mlflow's; ask for another`,
    ]);
  });

  test('keeps volumes of the class for one writer', () => {
    const sets = objectsOf(component).filter(({ kind }) => kind === 'StatefulSet');
    expect(JSON.stringify(sets)).toContain('"storageClassName":"standard"');
  });

  test('is scraped at ports that its containers have', () => {
    const text = JSON.stringify(objectsOf(store({}), [mlflow]));
    for (const { via, port: metrics } of component.metrics ?? []) {
      expect(via).toBe('pod');
      expect(text.includes(`{"containerPort":${metrics.port},"name":"${metrics.name}","protocol":"TCP"}`)).toBe(true);
    }
    expect(component.metrics).not.toHaveLength(0);
  });
});

test('an environment has one of them', () => {
  expect(problems(minio(), seaweedfs(), mlflow)).toEqual([
    'minio and seaweedfs offer a bucket in an object store each, and mlflow needs one (keeps artifacts); keep one of them',
  ]);
});

const wrong = (kind: typeof minioKind | typeof seaweedfsKind, settings: object) =>
  kind.settings.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

test.each([0, 2, 3, 17, 4.5])('MinIO does not run on %s servers', (servers) => {
  expect(wrong(minioKind, { servers })).toEqual([
    'servers: is not a number of servers that MinIO can form a store of; write 1, or 4 to 16',
  ]);
});

test('SeaweedFS keeps no more copies than it has servers', () => {
  expect(wrong(seaweedfsKind, { servers: 2, copies: 3 })).toEqual([
    'copies: is more than the servers, which are 2; each copy of an object is on another',
  ]);
  expect(seaweedfs({ servers: 2, copies: 2 }).summary).toContain('2 data servers with 2 copies of each object');
});

test.each([
  ['1Gi', 128],
  ['100Gi', 512],
  ['1Ti', 5243],
  ['100Ti', 30000],
])('a volume of %s is divided into files of %s MB', (size, megabytes) => {
  const text = JSON.stringify(objectsOf(seaweedfs({ servers: 1, storage: { size } })));
  expect(/-volumeSizeLimitMB=([0-9]+)/.exec(text)?.[1]).toBe(String(megabytes));
});
