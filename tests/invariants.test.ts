import { imagesIn } from '../lib/kubernetes/image.ts';
import { groupOf, identity, type Manifest } from '../lib/platform/manifest-set.ts';
import { plan } from '../lib/platform/plan.ts';
import { imageNames, imageReference, publicHosts } from '../lib/platform/versions.ts';
import { hostsIn, isService } from './support/hosts.ts';
import { complaints, outcomeOf, Repository, type Result } from './support/outcome.ts';
import { ROOT, shippedFiles } from './support/shipped.ts';

/* What holds of every environment, whatever is in it. Worked out here from the output alone, as far as that goes. */

const shipped = outcomeOf(ROOT);
const repository = new Repository();
const named = (name: string): Result => {
  const result = shipped.results.find(({ environment }) => environment.name === name);
  if (!result) throw new Error(`the environment "${name}" is shipped`);
  return result;
};
const manifestsOf = ({ manifests }: Result): Manifest[] => [...manifests].map(({ manifest }) => manifest);

test('nothing is wrong with the shipped environments', () => {
  expect(complaints(shipped)).toEqual([]);
  expect(shipped.results).toHaveLength(4);
});

describe.each(shipped.results.map((result) => [result.environment.name, result] as const))('%s', (name, result) => {
  const { manifests, argocd, catalogue, environment } = result;
  const { graph, placements } = plan(environment);
  const files = result.files();

  test('the catalogue has every component, every connection and every image', () => {
    for (const component of graph.components)
      expect(catalogue).toContain(`\n| ${component.name} | ${component.layer} |`);
    for (const { consumer, why } of graph.edges) expect(catalogue).toMatch(row(consumer.name, why));
    const images = new Set(
      manifestsOf(result).flatMap((manifest) => imagesIn(manifest).map((image) => image.reference)),
    );
    expect(images.size).toBeGreaterThan(3);
    for (const image of images) expect(catalogue).toContain(`\n| ${image} |`);
  });

  test('the project of each object lets it in: its namespace, its kind, its repository', () => {
    const project = argocd.find(({ kind, metadata }) => kind === 'AppProject' && metadata.name === name);
    const { destinations, clusterResourceWhitelist, namespaceResourceWhitelist, sourceRepos } = specOf<Spec>(project);
    const has = (list: readonly GroupKind[], { apiVersion, kind }: Manifest): boolean =>
      list.some((allowed) => allowed.group === groupOf(apiVersion) && allowed.kind === kind);
    const shut = [...manifests]
      .filter(({ layer }) => layer !== 'operators')
      .filter(({ manifest }) => {
        const { namespace } = manifest.metadata;
        if (namespace === undefined) return !has(clusterResourceWhitelist, manifest);
        return (
          !has(namespaceResourceWhitelist, manifest) || !destinations.some((allowed) => allowed.namespace === namespace)
        );
      });
    expect(shut.map(({ manifest }) => identity(manifest))).toEqual([]);
    expect(sourceRepos).toEqual([environment.config.argocd.repository.url]);
  });

  test('every namespace is written where something is in it, and is a destination', () => {
    const written = new Set(
      manifestsOf(result).flatMap(({ kind, metadata }) => (kind === 'Namespace' ? [metadata.name] : [])),
    );
    const used = manifestsOf(result).flatMap(({ kind, metadata }) =>
      kind === 'Application' || metadata.namespace === undefined ? [] : [metadata.namespace],
    );
    expect([...new Set(used)].sort()).toEqual([...written].sort());
  });

  test('each directory belongs to one Application, and each Application has a name of its own', () => {
    const directories = new Set(
      [...files.keys()].flatMap((file) => /^dist\/[^/]+\/[^/]+\/[^/]+(?=\/)/.exec(file) ?? []),
    );
    const set = argocd.find(({ kind }) => kind === 'ApplicationSet');
    const [{ git }] = specOf<SetSpec>(set).generators;
    const follows = (path: string): boolean =>
      git.directories.some((one) => one.exclude !== true && isLike(path, one.path)) &&
      !git.directories.some((one) => one.exclude === true && isLike(path, one.path));
    const applications = argocd.filter(({ kind }) => kind === 'Application');
    for (const directory of directories) {
      const owners = applications.filter(({ spec }) => directory.startsWith(`${(spec as AppSpec).source.path}/`));
      expect([directory, owners.length + (follows(directory) ? 1 : 0)]).toEqual([directory, 1]);
    }
    const names = [...directories].filter(follows).map((directory) => directory.slice(directory.lastIndexOf('/') + 1));
    expect(new Set(names).size).toBe(names.length);
  });

  test('every credential is made in every namespace that asks for it, in the folder of the component there', () => {
    expect(placements.length).toBeGreaterThan(0);
    for (const placement of placements) {
      for (const { namespace, component } of placement.places) {
        const makers = [...manifests].filter(
          ({ manifest: { kind, metadata } }) =>
            ['ExternalSecret', 'SealedSecret'].includes(kind) &&
            metadata.name === placement.name &&
            metadata.namespace === namespace,
        );
        expect(makers.map((maker) => [placement.name, maker.component])).toEqual([[placement.name, component]]);
      }
    }
  });

  test('nothing that is written looks like a secret', () => {
    for (const [file, text] of files) expect([file, SECRET.exec(text)?.[0]]).toEqual([file, undefined]);
  });

  test('every image is one of versions.ts', () => {
    const known = new Set(
      imageNames().map((image) => imageReference(image, environment.config.cluster.registryMirror)),
    );
    const images = manifestsOf(result).flatMap((manifest) => imagesIn(manifest).map(({ reference }) => reference));
    // And those that teams bring themselves.
    const settings = JSON.stringify(environment.teams);
    expect(images.filter((image) => !known.has(image) && !settings.includes(`"reference":"${image}"`))).toEqual([]);
  });
});

interface GroupKind {
  readonly group: string;
  readonly kind: string;
}
interface Spec {
  readonly destinations: readonly { readonly namespace: string }[];
  readonly clusterResourceWhitelist: readonly GroupKind[];
  readonly namespaceResourceWhitelist: readonly GroupKind[];
  readonly sourceRepos: readonly string[];
}
interface SetSpec {
  readonly generators: readonly [
    { readonly git: { readonly directories: readonly { readonly path: string; readonly exclude?: boolean }[] } },
  ];
}
interface AppSpec {
  readonly source: { readonly path: string };
}

function specOf<Spec>(manifest: Manifest | undefined): Spec {
  if (!manifest) throw new Error('Argo CD is given one');
  return manifest.spec as Spec;
}

const row = (...cells: string[]): RegExp =>
  new RegExp(`\n\\| ${cells.map((cell) => cell.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join(' \\|.* ')} \\|`);

/** As Argo CD matches directories: a star is one step. */
const isLike = (path: string, pattern: string): boolean =>
  new RegExp(
    `^${pattern
      .split('/')
      .map((step) => step.replaceAll('*', '[^/]*'))
      .join('/')}$`,
  ).test(path);

/** Keys of clouds, tokens, private keys, and passwords in URLs. */
const SECRET =
  /AKIA[0-9A-Z]{16}|\bgh[pousr]_\w{30,}|\beyJ[\w-]{10,}\.|-----BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^\s/:@$]+:[^\s/@$]+@|\bxox[bp]-/;

describe('with a registry mirror', () => {
  const files = shippedFiles();
  for (const [file, data] of Object.entries(files)) {
    if (!file.endsWith('/environment.yaml')) continue;
    const { cluster } = data as { cluster: object };
    files[file] = { ...(data as object), cluster: { ...cluster, registryMirror: 'mirror.example.com/all' } };
  }
  const { results } = repository.replace(files).outcome();

  test.each(results.map((result) => [result.environment.name, result] as const))(
    'nothing in %s names a host that nobody spoke of',
    (_, result) => {
      const texts = [...result.files()].filter(([file]) => file.endsWith('.yaml'));
      const spoken = new Set(result.environment.files.flatMap((file) => hostsIn(files[file])));
      // By those who choose ACME and name no server.
      spoken.add('acme-v02.api.letsencrypt.org');
      // By the quota of every team, whether or not there are GPUs.
      spoken.add('nvidia.com');
      const foreign = texts
        .flatMap(([, text]) => hostsIn(text))
        .filter((host) => !isKnown(host, spoken) && !isService(host));
      expect([...new Set(foreign)].sort()).toEqual([]);
      // Not even where a host does not look like one: in a text that is read by a program.
      for (const [file, text] of texts) {
        for (const host of publicHosts()) expect([file, text.includes(`${host}/`)]).toEqual([file, false]);
      }
    },
  );

  test('the shipped environments without one do name such hosts', () => {
    const hosts = [...named('local').files()].flatMap(([file, text]) => (file.endsWith('.yaml') ? hostsIn(text) : []));
    expect(hosts).toEqual(expect.arrayContaining(['quay.io', 'ghcr.io']));
  });
});

/** Hosts below those that the configuration speaks of, and services of the cluster. */
const isKnown = (host: string, spoken: ReadonlySet<string>): boolean =>
  [...spoken].some((known) => host === known || host.endsWith(`.${known}`));

describe('environments that differ', () => {
  const without = (name: string): string => name.replace(/-[0-9a-f]{10}$/, '');
  const objectsOf = ({ manifests }: Result, component: string): string[] =>
    [...manifests]
      .filter((entry) => entry.component === component)
      .map(
        ({ manifest: { kind, metadata } }) =>
          `${kind}/${without(metadata.name).replace(/^(dev|staging)-|-(dev|staging)$/, '')}`,
      )
      .sort();

  test.each(['mlflow', 'gateway'])('%s is made of the same objects in dev and in staging', (component) => {
    const [dev, staging] = [objectsOf(named('dev'), component), objectsOf(named('staging'), component)];
    expect(dev.length).toBeGreaterThan(4);
    expect(staging).toEqual(dev);
  });

  const change = (edit: (files: Record<string, unknown>) => void): readonly [Result, Result] => {
    const files = shippedFiles();
    edit(files);
    const outcome = repository.replace(files).outcome();
    expect(complaints(outcome)).toEqual([]);
    const dev = outcome.results.find(({ environment }) => environment.name === 'dev');
    if (!dev) throw new Error('dev is still there');
    return [named('dev'), dev];
  };

  test('a team that goes takes its directory with it, and nothing else', () => {
    const [before, after] = change((files) => delete files['environments/dev/teams/ranking.yaml']).map((result) =>
      result.files(),
    ) as [ReadonlyMap<string, string>, ReadonlyMap<string, string>];
    // The Job that makes buckets is another one when they are others.
    const JOB = /\/job-minio-buckets-[0-9a-f]+\.yaml$/;
    const gone = [...before.keys()].filter((file) => !after.has(file) && !JOB.test(file));
    expect(gone.filter((file) => !/^dist\/dev\/teams\/(team-)?ranking/.test(file))).toEqual([
      // Its database, whose content PostgreSQL retains, and where the stores of its features and of its Ray clusters' state
      // knew passwords from.
      'dist/dev/data/postgres/database-postgres-ranking-features.yaml',
      'dist/dev/data/postgres/databaserole-postgres-ranking-features.yaml',
      'dist/dev/data/postgres/externalsecret-ranking-features-history.yaml',
      'dist/dev/data/redis/externalsecret-ranking-features-online.yaml',
      'dist/dev/data/redis/externalsecret-ranking-ranking-state.yaml',
      // What the hub may do in its namespace, and what it puts into notebooks there.
      'dist/dev/platform/jupyterhub/configmap-jupyterhub-session@dev-team-ranking.yaml',
      'dist/dev/platform/jupyterhub/role-jupyterhub@dev-team-ranking.yaml',
      'dist/dev/platform/jupyterhub/rolebinding-jupyterhub@dev-team-ranking.yaml',
    ]);
    expect(gone.length).toBeGreaterThan(3);
    expect([...after.keys()].filter((file) => !before.has(file) && !JOB.test(file))).toEqual([]);
    expect([...after.keys()].filter((file) => before.get(file) !== after.get(file) && !JOB.test(file))).toEqual([
      // Whom the database lets in.
      'dist/dev/data/postgres/networkpolicy-postgres.yaml',
      // The users of that store, which goes on running.
      'dist/dev/data/redis/configmap-redis-users.yaml',
      'dist/dev/data/redis/deployment-redis-users.yaml',
      'dist/dev/data/redis/networkpolicy-redis.yaml',
      // Where KubeRay looks, whom the gateway, MLflow and Ray let in or out, what Argo CD may write, what people read of it.
      'dist/dev/operators/kuberay/application-dev.kuberay.yaml',
      'dist/dev/platform/feast/networkpolicy-feast.yaml',
      'dist/dev/platform/gateway/networkpolicy-gateway.yaml',
      // The hub no longer knows the team.
      'dist/dev/platform/jupyterhub/configmap-jupyterhub-hub.yaml',
      'dist/dev/platform/jupyterhub/deployment-jupyterhub.yaml',
      'dist/dev/platform/jupyterhub/networkpolicy-jupyterhub.yaml',
      'dist/dev/platform/mlflow/networkpolicy-mlflow.yaml',
      'dist/dev/platform/ray/networkpolicy-ray.yaml',
      'argocd/nonprod/dev/applicationset-dev.yaml',
      'argocd/nonprod/dev/appproject-dev.yaml',
      'docs/catalogue/dev.md',
    ]);
  });

  test('another object store is another address to those who use it', () => {
    const [minio, seaweedfs] = change((files) => {
      const environment = files['environments/dev/environment.yaml'] as { components: Record<string, unknown> };
      delete environment.components.minio;
      environment.components.seaweedfs = {};
    });
    const consumers = (result: Result, [store, port]: readonly [string, string], region: string): string[] =>
      [...result.files()]
        .filter(([file]) => /^dist\/dev\/(platform\/mlflow|data\/postgres)\//.test(file))
        .map(([file, text]) =>
          `${without(file.replace(/\.yaml$/, ''))}\n${text}`
            .replaceAll(/(mlflow-migrate-)[0-9a-f]{10}/g, '$1*')
            .replaceAll(new RegExp(`\\b${store}\\b`, 'g'), 'STORE')
            .replaceAll(new RegExp(`\\b${port}\\b`, 'g'), 'PORT')
            .replaceAll(region, 'REGION'),
        );
    expect(consumers(seaweedfs, ['seaweedfs', '8333'], 'us-east-1')).toEqual(
      consumers(minio, ['minio', '9000'], 'us-east-1'),
    );
  });
});
