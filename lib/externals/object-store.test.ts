import type { AnyComponent } from '../components/component.ts';
import { environmentContext } from '../config/context.ts';
import { environmentSchemaOf } from '../config/environment.ts';
import { type ObjectStoreAsk, objectStore } from '../contracts/object-store.ts';
import { placementsOf } from '../derive/credentials.ts';
import { need } from '../graph/contract.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import { node } from '../graph/testing.ts';
import { wire } from '../platform/wire.ts';
import { objectStoreExternal } from './object-store.ts';

const origin = { file: 'environments/prod/environment.yaml', path: ['external', 'object-store'] };

const contextOn = (provider: 'eks' | 'gke' | 'aks' | 'kind') =>
  environmentContext({
    name: 'prod',
    sealedSecrets: {},
    config: environmentSchemaOf([], []).parse({
      cluster: {
        name: 'prod',
        provider,
        kubernetesVersion: '1.34',
        region: 'eu-central-1',
        domain: 'ml.example.com',
        storageClasses: { block: 'any' },
        nodePools: [{ name: 'general', instanceType: 'any', cpu: '8', memory: '32Gi', min: 1, max: 1 }],
      },
      argocd: { repository: { url: 'https://git.example.com/ml/platform.git' } },
    }),
  });

const ROLE = 'arn:aws:iam::111122223333:role/mlflow';
const CLIENT = '11111111-2222-4333-8444-555555555555';
const S3 = { type: 's3', buckets: { mlflow: { bucket: 'example-mlflow', identity: ROLE } } };
const GCS = {
  type: 'gcs',
  buckets: { mlflow: { bucket: 'example-mlflow', identity: 'mlflow@example.iam.gserviceaccount.com' } },
};
const AZURE = { type: 'azure', account: 'examplemlprod', buckets: { mlflow: { bucket: 'mlflow', identity: CLIENT } } };
const COMPATIBLE = {
  type: 's3-compatible',
  host: 's3.example.com',
  buckets: { mlflow: { bucket: 'example-ml', accessKeyId: 'AKEXAMPLE' } },
};

const bind = (settings: object, provider: 'eks' | 'gke' | 'aks' | 'kind' = 'eks') =>
  objectStoreExternal.external(objectStoreExternal.settings.parse(settings), contextOn(provider), origin);

const asking = (ask: Partial<ObjectStoreAsk> = {}, name = 'mlflow'): AnyComponent => ({
  ...node(name, {
    namespace: 'tracking',
    needs: { artifacts: need(objectStore, { bucket: 'mlflow', ...ask }, 'keeps artifacts') },
  }),
  build: () => undefined,
});

const handleOf = (external: ReturnType<typeof bind>) => {
  const consumer = asking();
  const graph = new ServiceGraph([consumer], [external]);
  expect(graph.problems).toEqual([]);
  return { handle: wire(consumer, graph).needs.artifacts, placements: placementsOf(graph) };
};

const problems = (external: ReturnType<typeof bind>, ...components: AnyComponent[]) =>
  new ServiceGraph(components, [external]).problems.map(({ message }) => message);

const wrong = (settings: object) =>
  objectStoreExternal.settings
    .safeParse(settings)
    .error?.issues.map(({ path, message }) => [path.join('.'), message] as const);

test('S3 is used as the role of the component, without a key', () => {
  const { handle, placements } = handleOf(bind(S3));
  expect(handle).toEqual({
    protocol: 's3',
    bucket: 'example-mlflow',
    region: 'eu-central-1',
    auth: {
      kind: 'workload-identity',
      serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': ROLE },
      podLabels: {},
    },
  });
  expect(placements).toEqual([]);
});

test('Google Cloud Storage is used as a service account, of which the metadata server must be asked', () => {
  const external = bind(GCS, 'gke');
  expect(handleOf(external).handle).toMatchObject({ protocol: 'gcs', bucket: 'example-mlflow' });
  expect(external.identity?.cidrs).toContain('169.254.169.254/32');
});

test('Azure Blob Storage is used as a managed identity, by pods that carry its label', () => {
  expect(handleOf(bind(AZURE, 'aks')).handle).toMatchObject({
    protocol: 'azure',
    account: 'examplemlprod',
    auth: { podLabels: { 'azure.workload.identity/use': 'true' } },
  });
});

test('another store is used with keys, of which a person brings the secret one', () => {
  const { handle, placements } = handleOf(bind({ ...COMPATIBLE, port: 9000, tls: false }, 'kind'));
  expect(handle).toMatchObject({
    endpoint: 'http://s3.example.com:9000',
    region: 'us-east-1',
    auth: { kind: 'keys', secretAccessKey: { name: 'mlflow-artifacts', key: 'secretAccessKey' } },
  });
  expect(placements).toMatchObject([
    {
      name: 'mlflow-artifacts',
      spec: { keys: { accessKeyId: { kind: 'public', value: 'AKEXAMPLE' }, secretAccessKey: { kind: 'provided' } } },
      places: [{ namespace: 'tracking' }],
    },
  ]);
  expect(handleOf(bind(COMPATIBLE)).handle).toMatchObject({ endpoint: 'https://s3.example.com' });
});

test('an identity is of the cloud that the cluster runs in', () => {
  expect(problems(bind(S3, 'gke'), asking())).toEqual([
    'pods of a cluster on gke have no identity that Amazon S3 knows, only those on eks have; use keys, with type s3-compatible, or a store in the cluster',
  ]);
  expect(problems(bind(GCS, 'kind'), asking())).toHaveLength(1);
  expect(problems(bind(AZURE, 'eks'), asking())).toHaveLength(1);
});

test('a bucket that is not there is asked for in vain', () => {
  expect(problems(bind(COMPATIBLE), asking({ bucket: 'backups' }, 'postgres'))).toEqual([
    'postgres asks external.object-store for the bucket "backups", which is not among its buckets ("mlflow"); add external.object-store.buckets.backups',
  ]);
});

test('a retention that nobody carries out is not passed over in silence', () => {
  const consumer = asking({ expire: [{ prefix: 'scratch/', days: 90 }] });
  expect(problems(bind(S3), consumer)).toEqual([
    'mlflow asks that objects below "scratch/" in the bucket "example-mlflow" are removed after 90 days, which only a rule of the bucket can do; set one, and say so with external.object-store.buckets.mlflow.expires: true',
  ]);
  const { mlflow } = S3.buckets;
  expect(problems(bind({ ...S3, buckets: { mlflow: { ...mlflow, expires: true } } }), consumer)).toEqual([]);
});

test('two components may not share a bucket unawares', () => {
  const { mlflow } = S3.buckets;
  const shared = bind({ ...S3, buckets: { mlflow, backups: mlflow } });
  expect(problems(shared, asking(), asking({ bucket: 'backups' }, 'postgres'))).toEqual([
    expect.stringContaining('the bucket "example-mlflow", which is mlflow\'s'),
  ]);
});

test('only the internet is opened, or the private addresses that are named', () => {
  expect(bind(S3).addresses).toMatchObject({ cidrs: ['0.0.0.0/0'], except: expect.arrayContaining(['10.0.0.0/8']) });
  expect(bind({ ...S3, addresses: ['10.40.0.0/24'] }).addresses).toEqual({ cidrs: ['10.40.0.0/24'] });
});

test('names and identities are told from what they are not', () => {
  expect(wrong({ ...S3, buckets: { mlflow: { bucket: 'Example_ML', identity: 'mlflow' } } })).toEqual([
    ['buckets.mlflow.bucket', expect.stringContaining('is not the name of a bucket')],
    ['buckets.mlflow.identity', expect.stringContaining('arn:aws:iam::111122223333:role/mlflow')],
  ]);
  expect(wrong({ ...GCS, buckets: { mlflow: { bucket: 'ok', identity: ROLE } } })?.map(([path]) => path)).toEqual([
    'buckets.mlflow.bucket',
    'buckets.mlflow.identity',
  ]);
  expect(wrong({ ...AZURE, account: 'not-one' })?.map(([path]) => path)).toEqual(['account']);
  expect(wrong({ ...COMPATIBLE, host: '10.0.0.1' })?.map(([path]) => path)).toEqual(['host']);
});

test('who speaks S3 alone is refused by stores that do not, and served by those that do', () => {
  const said = (settings: object, provider: 'eks' | 'gke' | 'aks') =>
    new ServiceGraph([asking({ s3Only: true })], [bind(settings, provider)]).problems.map(({ message }) => message);
  expect(said(GCS, 'gke')).toEqual([
    'mlflow speaks S3 alone, which is not how Google Cloud Storage is spoken to here; let it keep its data elsewhere, or bind a store with type s3-compatible',
  ]);
  expect(said(AZURE, 'aks')).toHaveLength(1);
  expect([...said(S3, 'eks'), ...said(COMPATIBLE, 'gke')]).toEqual([]);
});
