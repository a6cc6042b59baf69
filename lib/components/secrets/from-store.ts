import type { EnvironmentContext } from '../../config/context.ts';
import { durationSeconds } from '../../config/scalars.ts';
import { externalSecret, type StoreProvider, secretStore } from '../../constructs/secrets/index.ts';
import type { OperatorEgress } from '../../graph/component.ts';
import { ANYWHERE, PRIVATE_RANGES } from '../../graph/surroundings.ts';
import { goDuration } from './go-duration.ts';
import type { Store } from './settings.ts';
import type { Source } from './source.ts';

/** SecretStore and ServiceAccount in every namespace that has credentials; roles and policies of the cloud name the latter. */
const ACCOUNT = 'credentials';

const STORES = {
  aws: 'AWS Secrets Manager',
  gcp: 'Google Secret Manager',
  azure: 'Azure Key Vault',
  vault: 'Vault',
} as const;

/** Values are read from a store outside the cluster. */
export function fromStore(store: Store, environment: EnvironmentContext): Source {
  const separator = store.provider === 'aws' || store.provider === 'vault' ? '/' : '-';
  const prefix = store.prefix ?? `keelson${separator}${environment.name}${separator}`;
  const refreshInterval = goDuration(durationSeconds(store.refreshInterval));
  const place = placeOf(store, environment);
  return {
    summary: `Credentials are read from ${STORES[store.provider]}.`,
    locate: ({ name }) => `${STORES[store.provider]} (${place}), ${prefix}${name}`,
    manifests: ({ name, spec }, { namespace }) => [
      externalSecret({ name, namespace, spec, store: ACCOUNT, remoteKey: `${prefix}${name}`, refreshInterval }),
      ...secretStore({ name: ACCOUNT, namespace, store: providerOf(store, environment, namespace) }),
    ],
    problems: () => [...missingFacts(store, environment)],
  };
}

function placeOf(store: Store, environment: EnvironmentContext): string {
  switch (store.provider) {
    case 'aws':
      return store.region ?? environment.cluster.region ?? '';
    case 'gcp':
      return store.project;
    case 'azure':
      return store.vaultUrl;
    case 'vault':
      return `${store.server}, ${store.path}`;
  }
}

/** What the settings leave to the cluster, and the cluster does not say either. */
function* missingFacts(store: Store, { cluster }: EnvironmentContext): Iterable<string> {
  if (cluster.region !== undefined) return;
  if (store.provider === 'aws' && store.region === undefined)
    yield 'the region of AWS Secrets Manager is not known; set region here, or cluster.region';
  if (store.provider === 'gcp' && store.clusterLocation === undefined)
    yield 'the location of the cluster is not known; set clusterLocation here, or cluster.region';
}

/** The store as one namespace reads it. */
function providerOf(store: Store, { cluster }: EnvironmentContext, namespace: string): StoreProvider {
  const identity = (text: string): string => text.replaceAll('{namespace}', namespace);
  switch (store.provider) {
    case 'aws':
      return { provider: 'aws', region: store.region ?? cluster.region ?? '', identity: identity(store.identity) };
    case 'gcp':
      return {
        provider: 'gcp',
        project: store.project,
        identity: store.identity === undefined ? undefined : identity(store.identity),
        cluster: {
          project: store.clusterProject ?? store.project,
          location: store.clusterLocation ?? cluster.region ?? '',
          name: cluster.name,
        },
      };
    case 'azure':
      return { provider: 'azure', vaultUrl: store.vaultUrl, tenant: store.tenant, identity: store.identity };
    case 'vault': {
      const { server, path, authPath, role, namespace: tenant, ca } = store;
      return { provider: 'vault', server, path, authPath, role: identity(role), namespace: tenant, ca };
    }
  }
}

/** The controller's way to the store. Tokens are exchanged and values fetched over TLS, on one port. */
export function egressTo(store: Store): OperatorEgress {
  const port = store.provider === 'vault' ? Number(/:([0-9]+)$/.exec(store.server)?.[1] ?? 443) : 443;
  const internet = { name: 'internet', cidrs: [ANYWHERE], except: PRIVATE_RANGES };
  return {
    operator: 'external-secrets',
    pods: 'external-secrets',
    to: store.addresses === undefined ? internet : { name: STORES[store.provider], cidrs: store.addresses },
    ports: [port],
    why: `reads ${STORES[store.provider]}`,
  };
}
