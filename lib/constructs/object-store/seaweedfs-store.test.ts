import { App, Chart } from 'cdk8s';
import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { SEAWEEDFS_PEER_PORTS } from './seaweedfs-ports.ts';
import { SeaweedfsStore, type SeaweedfsStoreProps } from './seaweedfs-store.ts';

const secret = declaredSecret('any', ['id', 'key'], 'test');
const keys = { accessKeyId: SecretRef.to(secret, 'id'), secretAccessKey: SecretRef.to(secret, 'key') };

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}
interface Port {
  readonly name: string;
  readonly containerPort: number;
}

function made(props: Partial<SeaweedfsStoreProps> = {}) {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new SeaweedfsStore(chart, 'seaweedfs', {
    name: 'seaweedfs',
    namespace: 'prod-data',
    image: 'registry.example.com/seaweedfs:4',
    storage: '100Gi',
    resources: { cpu: '1', memory: '2Gi' },
    admin: keys,
    buckets: [{ name: 'mlflow', keys, expire: [{ prefix: 'tmp/', days: 7 }] }],
    ...props,
  });
  const objects = chart.toJson();
  const get = (kind: string, name: string) =>
    objects.find((object: Named) => object.kind === kind && object.metadata.name.startsWith(name));
  const containers = (name: string) => get('StatefulSet', name).spec.template.spec.containers;
  return { objects, get, containers };
}

const statefulSets = (objects: readonly Named[]) =>
  objects.filter(({ kind }) => kind === 'StatefulSet').map(({ metadata }) => metadata.name);

test('one server is one pod, whose gateway ends before what it writes to', () => {
  const { objects, containers } = made();
  expect(statefulSets(objects)).toEqual(['seaweedfs']);
  const [gateway, ...others] = containers('seaweedfs');
  expect(gateway.name).toBe('gateway');
  expect(gateway.lifecycle).toBeUndefined();
  expect(others.map(({ name, lifecycle }: { name: string; lifecycle: object }) => [name, lifecycle])).toEqual([
    ['master', { preStop: { exec: { command: ['sleep', '25'] } } }],
    ['volume', { preStop: { exec: { command: ['sleep', '25'] } } }],
  ]);
});

test('the parts of one server share a volume, each in a directory of its own', () => {
  const mounts = made()
    .containers('seaweedfs')
    .map(
      ({ volumeMounts }: { volumeMounts: { name: string; subPath?: string }[] }) =>
        volumeMounts.find(({ name }) => name === 'data')?.subPath,
    );
  expect(mounts).toEqual(['gateway', 'master', 'volume']);
});

test('several servers have three masters that know of each other, and one gateway', () => {
  const { objects, get, containers } = made({ servers: 3 });
  expect(statefulSets(objects).sort()).toEqual(['seaweedfs', 'seaweedfs-master', 'seaweedfs-volume']);
  expect(get('StatefulSet', 'seaweedfs-master').spec.replicas).toBe(3);
  expect(get('StatefulSet', 'seaweedfs-volume').spec.replicas).toBe(3);
  expect(get('StatefulSet', 'seaweedfs').spec.replicas).toBe(1);
  const master = (index: number) => `seaweedfs-master-${index}.seaweedfs-master-headless.prod-data.svc:9333`;
  const peers = [0, 1, 2].map(master).join(',');
  expect(containers('seaweedfs-master')[0].args).toContain(`-peers=${peers}`);
  expect(containers('seaweedfs-volume')[0].args).toContain(`-master=${peers}`);
});

test('copies are on other servers, two unless said', () => {
  const replication = (props: Partial<SeaweedfsStoreProps>) =>
    made(props)
      .containers('seaweedfs')[0]
      .args.find((argument: string) => argument.startsWith('-defaultReplicaPlacement='));
  expect(replication({})).toBe('-defaultReplicaPlacement=000');
  expect(replication({ servers: 3 })).toBe('-defaultReplicaPlacement=001');
  expect(replication({ servers: 3, copies: 3 })).toBe('-defaultReplicaPlacement=002');
  expect(() => made({ copies: 2 })).toThrow('seaweedfs: 2 copies of each object');
  expect(() => made({ servers: 8, copies: 4 })).toThrow('seaweedfs: 4 copies of each object');
});

test('the gateway wants signatures from the start, and makes or removes no bucket by accident', () => {
  const [gateway] = made().containers('seaweedfs');
  expect(gateway.env).toContainEqual({
    name: 'AWS_SECRET_ACCESS_KEY',
    valueFrom: { secretKeyRef: { name: 'any', key: 'key' } },
  });
  expect(gateway.args).toEqual(
    expect.arrayContaining(['-s3.autoCreateBucket=false', '-s3.allowDeleteBucketNotEmpty=false']),
  );
});

test('nothing is reported to anybody outside', () => {
  expect(made().containers('seaweedfs')[1].args).toContain('-telemetry=false');
  expect(made({ servers: 2 }).containers('seaweedfs-master')[0].args).toContain('-telemetry=false');
});

test.each([1, 3])('with %s servers, ports that only its own pods may open are told', (servers) => {
  const { objects, containers } = made({ servers });
  const ports = statefulSets(objects)
    .flatMap((name) => containers(name))
    .flatMap(({ ports }: { ports: Port[] }) => ports)
    .filter(({ name }: Port) => !name.startsWith('metrics'))
    .map(({ containerPort }: Port) => containerPort)
    .sort();
  expect(ports).toEqual(SEAWEEDFS_PEER_PORTS.map(({ port }) => port).sort());
});

test('retentions are carried out by a schedule, which also keeps up the copies', () => {
  const { get } = made({ servers: 2, maintenance: '5 * * * *' });
  const { schedule, jobTemplate } = get('CronJob', 'seaweedfs-maintenance').spec;
  expect(schedule).toBe('5 * * * *');
  expect(jobTemplate.spec.template.spec.containers[0].env).toEqual(
    expect.arrayContaining([
      { name: 'S3_GRPC', value: 'seaweedfs-0.seaweedfs-headless.prod-data.svc:18333' },
      { name: 'COPIES', value: '2' },
    ]),
  );
  expect(get('ConfigMap', 'seaweedfs-buckets').data['mlflow.lifecycle.xml']).toContain('<Days>7</Days>');
});

test('the data outlives the manifest', () => {
  const { objects, get } = made({ servers: 2 });
  for (const name of statefulSets(objects)) {
    expect(get('StatefulSet', name).metadata.annotations['argocd.argoproj.io/sync-options']).toBe(
      'Prune=confirm,Delete=confirm',
    );
  }
});
