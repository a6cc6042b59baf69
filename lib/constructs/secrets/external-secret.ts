import type {
  ExternalSecret,
  ExternalSecretSpecTarget,
  PushSecretSpecTemplate,
} from '../../../imports/external-secrets.ts';
import type { CredentialSpec } from '../../graph/credential.ts';
import { secretKeys, templatedKey } from './template.ts';

export interface ExternalSecretProps {
  readonly name: string;
  readonly namespace: string;
  readonly spec: CredentialSpec;
  /** SecretStore in the same namespace. */
  readonly store: string;
  /** Name of the entry in the store; its properties are the keys of the Secret. */
  readonly remoteKey: string;
  /** How often the store is asked for changes. A Go duration, as Go itself would print it: `1h0m0s`. */
  readonly refreshInterval: string;
}

/**
 * An ExternalSecret that keeps a Secret equal to an entry of a store. The Secret goes with it: the store has the values.
 * Strategies are those that older versions fill in by themselves; written out, no comparison finds a difference.
 */
export const externalSecret = ({ name, namespace, spec, store, remoteKey, refreshInterval }: ExternalSecretProps) =>
  ({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace },
    spec: {
      refreshPolicy: 'Periodic',
      refreshInterval,
      secretStoreRef: { kind: 'SecretStore', name: store },
      target: target(name, spec, { creationPolicy: 'Owner', deletionPolicy: 'Retain' }),
      data: secretKeys(spec.keys).map((key) => ({
        secretKey: key,
        remoteRef: {
          key: remoteKey,
          property: key,
          conversionStrategy: 'Default',
          decodingStrategy: 'None',
          metadataPolicy: 'None',
        },
      })),
    },
  }) satisfies ExternalSecret;

type Policies = Pick<ExternalSecretSpecTarget, 'creationPolicy' | 'deletionPolicy' | 'immutable'>;

/** The Secret to be made: exactly these keys, whatever else the source may bring. */
export const target = (name: string, spec: CredentialSpec, policies: Policies) => ({
  name,
  ...policies,
  template: {
    engineVersion: 'v2',
    mergePolicy: 'Replace',
    type: spec.type ?? 'Opaque',
    ...(spec.labels && { metadata: { labels: spec.labels } }),
    data: Object.fromEntries(Object.entries(spec.keys).map(([key, value]) => [key, templatedKey(key, value)])),
  } satisfies PushSecretSpecTemplate,
});
