import { providerOf } from '../clusters/index.ts';
import type { ClusterProvider } from '../clusters/provider.ts';
import { type ImageName, imageReference } from '../platform/versions.ts';
import type { Cluster } from './cluster.ts';
import type { EnvironmentConfig } from './environment.ts';
import type { SealedValues } from './sealed-secrets.ts';

/** What a component may know of the environment it is made for. */
export interface EnvironmentContext {
  readonly name: string;
  /** As the environment describes it; API server and storage classes are completed by the provider. */
  readonly cluster: Cluster;
  /** What differs by provider: storage, identity, API-server address. */
  readonly provider: ClusterProvider;
  /** Where Prometheus runs; absent where nothing is scraped. */
  readonly monitoring: EnvironmentConfig['monitoring'];
  /** Values that a person sealed, by `<namespace>/<secret>` and key. */
  readonly sealedSecrets: SealedValues;
  /** Namespace as it is called in the cluster: `data` becomes `prod-data` under `namespacePrefix: prod-`. */
  namespace(name: string): string;
  /** Image reference: the environment's own, else that of `versions.ts`, through the registry mirror if there is one. */
  image(name: ImageName): string;
}

/** Longest name of a namespace: an RFC 1123 label. */
const NAMESPACE_LENGTH = 63;

export function environmentContext({
  name,
  config,
  sealedSecrets,
}: {
  readonly name: string;
  readonly config: EnvironmentConfig;
  readonly sealedSecrets: SealedValues;
}): EnvironmentContext {
  const { cluster, namespacePrefix, monitoring, images } = config;
  return {
    name,
    cluster,
    provider: providerOf(cluster.provider),
    monitoring,
    sealedSecrets,
    namespace: (short) => {
      const long = `${namespacePrefix}${short}`;
      if (long.length > NAMESPACE_LENGTH) {
        throw new Error(
          `namespace "${long}" has ${long.length} characters; at most ${NAMESPACE_LENGTH} are allowed, so a component may use ${NAMESPACE_LENGTH - namespacePrefix.length} beside the prefix "${namespacePrefix}"`,
        );
      }
      return long;
    },
    image: (image) => images[image] ?? imageReference(image, cluster.registryMirror),
  };
}
