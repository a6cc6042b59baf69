import type { SecretStore, SecretStoreSpecProvider } from '../../../imports/external-secrets.ts';
import type { ServiceAccount } from '../../../imports/k8s.ts';

/** Where a store of secrets is and as whom it is read. */
export type StoreProvider =
  | { readonly provider: 'aws'; readonly region: string /** ARN of the role. */; readonly identity: string }
  | {
      readonly provider: 'gcp';
      readonly project: string;
      /** Service account to act as; default: the Kubernetes ServiceAccount itself has the rights. */
      readonly identity?: string | undefined;
      readonly cluster: { readonly project: string; readonly location: string; readonly name: string };
    }
  | {
      readonly provider: 'azure';
      readonly vaultUrl: string;
      readonly tenant: string;
      /** Client ID of the managed identity. */
      readonly identity: string;
    }
  | {
      readonly provider: 'vault';
      readonly server: string;
      /** Mount of the KV engine, version 2. */
      readonly path: string;
      /** Mount of the Kubernetes auth method. */
      readonly authPath: string;
      readonly role: string;
      /** Namespace of Vault Enterprise. */
      readonly namespace?: string | undefined;
      /** PEM of the CA that signed the server's certificate. */
      readonly ca?: string | undefined;
    };

export interface SecretStoreProps {
  /** Of the SecretStore and of the ServiceAccount it reads as. */
  readonly name: string;
  readonly namespace: string;
  readonly store: StoreProvider;
}

/**
 * A SecretStore and its identity, in the namespace that uses them. A store of the whole cluster would need one identity
 * that may read everything, on behalf of every namespace it is open to, and its name would be shared by all environments.
 */
export const secretStore = ({ name, namespace, store }: SecretStoreProps) =>
  [
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'SecretStore',
      metadata: { name, namespace },
      spec: { provider: provider(store, name) },
    } satisfies SecretStore,
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace, ...annotated(identityAnnotations(store)) },
      automountServiceAccountToken: false,
    } satisfies ServiceAccount,
  ] as const;

function provider(store: StoreProvider, account: string): SecretStoreSpecProvider {
  const serviceAccountRef = { name: account };
  switch (store.provider) {
    case 'aws':
      return { aws: { service: 'SecretsManager', region: store.region, auth: { jwt: { serviceAccountRef } } } };
    case 'gcp':
      return {
        gcpsm: {
          projectID: store.project,
          auth: {
            workloadIdentity: {
              serviceAccountRef,
              // Named here, because the controller would otherwise ask the metadata server, which no policy lets it reach.
              clusterProjectID: store.cluster.project,
              clusterLocation: store.cluster.location,
              clusterName: store.cluster.name,
            },
          },
        },
      };
    case 'azure':
      return {
        azurekv: {
          vaultUrl: store.vaultUrl,
          tenantId: store.tenant,
          authType: 'WorkloadIdentity',
          environmentType: 'PublicCloud',
          useAzureSDK: false,
          serviceAccountRef,
        },
      };
    case 'vault':
      return {
        vault: {
          server: store.server,
          path: store.path,
          version: 'v2',
          ...(store.namespace !== undefined && { namespace: store.namespace }),
          ...(store.ca !== undefined && { caBundle: Buffer.from(store.ca, 'utf8').toString('base64') }),
          auth: { kubernetes: { mountPath: store.authPath, role: store.role, serviceAccountRef } },
        },
      };
  }
}

/** What External Secrets reads from the ServiceAccount itself. */
function identityAnnotations(store: StoreProvider): Readonly<Record<string, string>> {
  switch (store.provider) {
    case 'aws':
      return { 'eks.amazonaws.com/role-arn': store.identity };
    case 'gcp':
      return store.identity === undefined ? {} : { 'iam.gke.io/gcp-service-account': store.identity };
    case 'azure':
      // The tenant stands in the store; in both places it would be refused.
      return { 'azure.workload.identity/client-id': store.identity };
    case 'vault':
      return {};
  }
}

const annotated = (annotations: Readonly<Record<string, string>>) =>
  Object.keys(annotations).length === 0 ? {} : { annotations };
