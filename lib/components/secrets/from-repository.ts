import type { EnvironmentContext } from '../../config/context.ts';
import { sealedSecret } from '../../constructs/secrets/index.ts';
import type { CredentialSpec } from '../../graph/credential.ts';
import type { CredentialPlacement } from '../component.ts';
import type { Source } from './source.ts';

/** Values are sealed for the cluster, and stand beside its environment. */
export function fromRepository({ name: environment, sealedSecrets }: EnvironmentContext): Source {
  const file = `environments/${environment}/sealed-secrets.yaml`;
  return {
    summary: `Credentials are sealed in ${file}.`,
    locate: ({ name, places: [first] }) => `${file}, ${first.namespace}/${name}`,
    manifests: ({ name, spec }, { namespace }) => {
      const encryptedData = sealedSecrets[`${namespace}/${name}`];
      return encryptedData === undefined ? [] : [sealedSecret({ name, namespace, spec, encryptedData })];
    },
    *problems(placements) {
      const asked = new Set<string>();
      for (const placement of placements) {
        for (const { namespace } of placement.places) {
          const id = `${namespace}/${placement.name}`;
          asked.add(id);
          yield* sealingProblems(id, placement, namespace, sealedSecrets[id], file);
        }
      }
      for (const id of Object.keys(sealedSecrets).sort()) {
        if (!asked.has(id)) yield `${file} holds values for "${id}", which nothing asks for; remove them`;
      }
    },
  };
}

function* sealingProblems(
  id: string,
  { name, spec, places }: CredentialPlacement,
  namespace: string,
  sealed: Readonly<Record<string, string>> | undefined,
  file: string,
): Iterable<string> {
  const wanted = withheldKeys(spec);
  const missing = wanted.filter((key) => sealed?.[key] === undefined);
  if (missing.length > 0) {
    const literals = wanted.map((key) => fromWhere(key, spec)).join(' ');
    const others = places
      .filter((place) => place.namespace !== namespace)
      .map((place) => `"${place.namespace}/${name}"`);
    const same = others.length === 0 ? '' : `, with the same values as ${others.join(' and ')}`;
    const found = sealed === undefined ? 'is not sealed' : `lacks the sealed value of ${missing.join(', ')}`;
    yield `"${id}" ${found} (${spec.why}); run: kubectl create secret generic ${name} --namespace ${namespace} --dry-run=client --output yaml ${literals} | kubeseal --controller-name sealed-secrets --controller-namespace sealed-secrets --format yaml; then copy its encryptedData to "${id}" in ${file}${same}`;
  }
  const extra = Object.keys(sealed ?? {}).filter((key) => !wanted.includes(key));
  if (extra.length > 0)
    yield `"${id}" in ${file} has ${extra.sort().join(', ')}, which is not asked for; allowed: ${wanted.join(', ')}`;
}

/** What a person is given comes in files; what a person makes up is typed. */
const fromWhere = (key: string, { keys }: CredentialSpec): string =>
  keys[key]?.kind === 'provided' ? `--from-file=${key}=...` : `--from-literal=${key}=...`;

/** Keys whose values are not in this repository. */
const withheldKeys = (spec: CredentialSpec): readonly string[] =>
  Object.entries(spec.keys)
    .flatMap(([key, { kind }]) => (kind === 'public' ? [] : [key]))
    .sort();
