import { textAt } from '../kubernetes/read.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import type { KindFacts, Reference } from './operator.ts';

/** The kinds of the barman plugin. Source: its API of 0.15, ObjectStore. */
export const barmanCloudKinds: Readonly<Record<string, KindFacts>> = {
  'barmancloud.cnpg.io/ObjectStore': { references: secretKeys },
};

const CREDENTIALS = [
  ['endpointCA'],
  ['s3Credentials', 'accessKeyId'],
  ['s3Credentials', 'secretAccessKey'],
  ['s3Credentials', 'sessionToken'],
  ['s3Credentials', 'region'],
  ['azureCredentials', 'connectionString'],
  ['azureCredentials', 'storageAccount'],
  ['azureCredentials', 'storageKey'],
  ['azureCredentials', 'storageSasToken'],
  ['googleCredentials', 'applicationCredentials'],
] as const;

function* secretKeys(manifest: Manifest): Iterable<Reference> {
  const { namespace } = manifest.metadata;
  for (const path of CREDENTIALS) {
    const selector = ['spec', 'configuration', ...path];
    const name = textAt(manifest, ...selector, 'name');
    const key = textAt(manifest, ...selector, 'key');
    if (name === undefined) continue;
    yield {
      field: selector.join('.'),
      target: '/Secret',
      ...(namespace !== undefined && { namespace }),
      name,
      ...(key !== undefined && { keys: [key] }),
    };
  }
}
