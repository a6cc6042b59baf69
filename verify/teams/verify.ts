/**
 * Shows on a real API server that a tenancy holds what it says: its RBAC authorizer answers for people, its admission for
 * pods. `npm run verify:teams`
 *
 * etcd and the oldest supported kube-apiserver are those of `npm run verify:api-server`. The team is `vision` of prod, as it
 * is in `dist/`. No controllers run: what quotas have used up is counted by admission itself.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fields } from '../../lib/kubernetes/read.ts';
import { readSources } from '../../tools/import/sources.ts';
import { Applier } from '../api-server/apply.ts';
import { type Client, json, messageOf } from '../api-server/client.ts';
import { startCluster } from '../api-server/cluster.ts';
import { readManifests } from '../api-server/manifests.ts';
import { install, readCrds } from '../api-server/operators.ts';
import { programs } from '../api-server/programs.ts';
import { takeSnapshots } from './snapshots.ts';

const CACHE = resolve('.cache/api-server');
const HOME = 'prod-team-vision';
const OTHER = 'prod-team-ranking';

let failures = 0;
function holds(what: string, good: boolean, found = ''): void {
  if (!good) failures++;
  console.log(`${good ? 'ok  ' : 'FAIL'} ${what}${good || found === '' ? '' : `: ${found}`}`);
}

const WHO = { viewer: 'ml-auditors', member: 'ml-vision', admin: 'ml-vision-leads', stranger: 'ml-nobody' } as const;
type Who = keyof typeof WHO;

/** What the API server itself answers to: may a person of this group do that? */
async function may(client: Client, who: Who, verb: string, resource: string, namespace: string): Promise<boolean> {
  const [path = '', group = ''] = resource.split('@');
  const [name, subresource] = path.split('/');
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: 'ada@example.com',
      groups: [WHO[who], 'system:authenticated'],
      resourceAttributes: { verb, group, resource: name, ...(subresource && { subresource }), namespace },
    },
  };
  const answer = await client.expect('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', json(review));
  return fields(fields(answer).status).allowed === true;
}

/** Who may, by what: everybody else may not. */
const RIGHTS: readonly [verb: string, resource: string, who: readonly Who[]][] = [
  ['get', 'pods/log', ['viewer', 'member', 'admin']],
  ['list', 'rayclusters@ray.io', ['viewer', 'member', 'admin']],
  ['get', 'resourcequotas', ['viewer', 'member', 'admin']],
  ['create', 'pods', ['member', 'admin']],
  ['create', 'pods/exec', ['member', 'admin']],
  ['create', 'rayjobs@ray.io', ['member', 'admin']],
  ['create', 'volumesnapshots@snapshot.storage.k8s.io', ['member', 'admin']],
  ['delete', 'volumesnapshots@snapshot.storage.k8s.io', ['admin']],
  ['delete', 'persistentvolumeclaims', ['admin']],
  ['get', 'secrets', ['admin']],
  ['create', 'rolebindings@rbac.authorization.k8s.io', []],
  ['update', 'resourcequotas', []],
  ['delete', 'networkpolicies@networking.k8s.io', []],
  ['create', 'serviceaccounts/token', []],
  ['create', 'httproutes@gateway.networking.k8s.io', []],
];

interface Container {
  readonly cpu: string;
  readonly memory: string;
  readonly gpus?: number;
}

const securityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

function container(name: string, asks?: Container) {
  const list = asks && {
    cpu: asks.cpu,
    memory: asks.memory,
    ...(asks.gpus !== undefined && { 'nvidia.com/gpu': String(asks.gpus) }),
  };
  return {
    name,
    image: 'registry.example.com/x:1',
    securityContext,
    ...(list && { resources: { requests: list, limits: list } }),
  };
}

async function admitted(client: Client, containers: object[], initContainers: object[] = []): Promise<string> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'try-', namespace: HOME },
    spec: { serviceAccountName: 'team', containers, initContainers },
  };
  const answer = await client.send('POST', `/api/v1/namespaces/${HOME}/pods?dryRun=All`, json(pod));
  return answer.status < 300 ? 'admitted' : messageOf(answer);
}

async function main(): Promise<void> {
  const { kubernetes, operators } = readSources('schemas/sources.yaml');
  const all = kubernetes.versions.map((version) => ({ module: kubernetes.module, ...version }));
  const [oldest, newest] = [all[0], all.at(-1)];
  if (!oldest || !newest) throw new Error('schemas/sources.yaml has no version of Kubernetes');
  const folder = join(CACHE, `run-${process.pid}`);
  const cluster = await startCluster(await programs(CACHE, oldest, newest), folder);
  try {
    const { client } = cluster;
    const { resources } = await install(
      client,
      await readCrds(operators.filter(({ name }) => name === 'external-snapshotter')),
    );
    const applier = new Applier(client, resources);
    const wanted = ['Namespace', 'ResourceQuota', 'LimitRange', 'ServiceAccount', 'Role', 'RoleBinding'];
    const manifests = readManifests('dist/prod');
    const ours = manifests.filter(({ object }) => {
      const home = object.metadata.namespace ?? object.metadata.name;
      return wanted.includes(object.kind) && (home === HOME || home === OTHER || home === 'prod-snapshots');
    });
    const { findings } = await applier.apply(ours);
    holds(
      'the API server takes the tenancies',
      findings.length === 0,
      findings.map(({ message }) => message).join('; '),
    );

    for (const [verb, resource, allowed] of RIGHTS) {
      for (const who of Object.keys(WHO) as Who[]) {
        const expected = allowed.includes(who);
        const found = await may(client, who, verb, resource, HOME);
        holds(`${who} ${expected ? 'may' : 'may not'} ${verb} ${resource}`, found === expected);
        if (who !== 'viewer') {
          const there = await may(client, who, verb, resource, OTHER);
          holds(`${who} may not ${verb} ${resource} of another team`, !there);
        }
      }
    }

    const worker = container('ray-worker', { cpu: '4', memory: '8Gi' });
    const injected = [
      ['what says nothing', [container('a')], []],
      [
        'a worker with the init container that KubeRay adds',
        [worker],
        [container('wait-gcs-ready', { cpu: '200m', memory: '256Mi' })],
      ],
      ['a head with its autoscaler', [worker, container('autoscaler', { cpu: '200m', memory: '512Mi' })], []],
      ['a container of 1m and 1Mi', [container('a', { cpu: '1m', memory: '1Mi' })], []],
      ['the GPUs of the quota', [container('a', { cpu: '1', memory: '1Gi', gpus: 16 })], []],
    ] as const;
    for (const [what, containers, init] of injected) {
      const answer = await admitted(client, [...containers], [...init]);
      holds(`${what}: admitted`, answer === 'admitted', answer);
    }
    const refused = [
      ['more memory than a node has', container('a', { cpu: '1', memory: '200Gi' }), 'maximum memory usage per Pod'],
      ['more GPUs than the quota', container('a', { cpu: '1', memory: '1Gi', gpus: 17 }), 'exceeded quota'],
      ['a privileged one', { ...container('a'), securityContext: { privileged: true } }, 'PodSecurity "restricted'],
    ] as const;
    for (const [what, one, why] of refused) {
      const answer = await admitted(client, [one]);
      holds(`${what}: refused`, answer.includes(why), answer);
    }
    for (const type of ['LoadBalancer', 'NodePort']) {
      const service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'way-in', namespace: HOME },
        spec: { type, ports: [{ port: 80 }] },
      };
      const answer = await client.send('POST', `/api/v1/namespaces/${HOME}/services?dryRun=All`, json(service));
      holds(`a Service of type ${type}: refused`, messageOf(answer).includes('exceeded quota'), messageOf(answer));
    }

    const { code, said, names } = await takeSnapshots({
      client,
      namespace: HOME,
      runner: { namespace: 'prod-snapshots', name: 'vision-snapshots' },
      manifests,
      folder: join(folder, 'snapshots'),
      authority: readFileSync(join(folder, 'certificates/apiserver.crt'), 'utf8'),
    });
    holds('the CronJob of the snapshots makes and removes them with the rights of its own account', code === 0, said);
    holds(
      'a home has a snapshot, an old one is gone, what was made by hand is left',
      names.join() === 'by-hand,home-ada-29384720',
      names.join(', '),
    );
  } finally {
    await cluster.stop();
  }
  console.log(failures === 0 ? '\nthe tenancy holds' : `\n${failures} of these do not hold`);
  process.exitCode = failures === 0 ? 0 : 1;
}

void main();
