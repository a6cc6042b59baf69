import type { ExternalSecret, Password, PasswordSpec } from '../../../imports/external-secrets.ts';
import type { CredentialSpec, SecretKey } from '../../graph/credential.ts';
import { target } from './external-secret.ts';

export interface GeneratedSecretProps {
  readonly name: string;
  readonly namespace: string;
  /** Without `provided` keys: nothing can generate those. */
  readonly spec: CredentialSpec;
}

type GeneratedKey = Extract<SecretKey, { kind: 'generated' }>;

/**
 * A Secret whose values are made in the cluster, once and for all.
 *
 * A generator makes new values whenever it is asked. Three settings keep a database from being locked out by a password
 * it was never told:
 * - `CreatedOnce`: neither time nor a changed template makes the controller ask again;
 * - `immutable`: an ExternalSecret that is created anew (restored from a backup, moved to another Application) finds
 *   the Secret and leaves its values alone;
 * - `Orphan`: the Secret outlives the ExternalSecret.
 *
 * To rotate, delete both objects: `kubectl delete externalsecret,secret <name>`. The Secret alone would not come back.
 * Source: External Secrets 2.9, pkg/controllers/externalsecret.
 */
export function generatedSecret({ name, namespace, spec }: GeneratedSecretProps): [ExternalSecret, ...Password[]] {
  const groups = alike(spec.keys);
  const generators = groups.map(
    ({ sample, keys }): Password => ({
      apiVersion: 'generators.external-secrets.io/v1alpha1',
      kind: 'Password',
      metadata: {
        name: groups.length === 1 ? name : `${name}-${sample.alphabet ?? 'alphanumeric'}-${sample.length}`,
        namespace,
      },
      spec: passwordSpec(sample, keys),
    }),
  );
  const external: ExternalSecret = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace },
    spec: {
      refreshPolicy: 'CreatedOnce',
      refreshInterval: '0s',
      target: target(name, spec, { creationPolicy: 'Orphan', deletionPolicy: 'Retain', immutable: true }),
      dataFrom: generators.map(({ apiVersion, kind, metadata }) => ({
        sourceRef: { generatorRef: { apiVersion, kind, name: metadata.name } },
      })),
    },
  };
  return [external, ...generators];
}

/** Keys that one generator can make: as long as each other and of the same letters. Each still gets a value of its own. */
function alike(keys: CredentialSpec['keys']): readonly { readonly sample: GeneratedKey; readonly keys: string[] }[] {
  const groups = new Map<string, { sample: GeneratedKey; keys: string[] }>();
  for (const [name, key] of Object.entries(keys)) {
    if (key.kind !== 'generated') continue;
    const id = `${key.alphabet ?? 'alphanumeric'}-${key.length}`;
    const group = groups.get(id) ?? { sample: key, keys: [] };
    group.keys.push(name);
    groups.set(id, group);
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/**
 * Letters and digits only, so that a value fits into a URL, a shell line or an INI file. Hexadecimal text is that of
 * random letters and digits, two digits for each: all the generator offers, and 190 bits at 64.
 */
function passwordSpec({ length, alphabet }: GeneratedKey, keys: readonly string[]): PasswordSpec {
  const hex = alphabet === 'hex';
  if (hex && length % 2 !== 0)
    throw new Error(`a hexadecimal value of ${length} digits cannot be generated; make it even`);
  const characters = hex ? length / 2 : length;
  return {
    length: characters,
    digits: Math.floor(characters / 4),
    symbols: 0,
    noUpper: false,
    allowRepeat: true,
    encoding: hex ? 'hex' : 'raw',
    secretKeys: [...keys].sort(),
  };
}
