import { fieldsAt, labelsAt, textAt } from '../kubernetes/read.ts';
import type { KindFacts } from './operator.ts';
import { producedSecret } from './produced.ts';

/** The one kind of Sealed Secrets. */
export const sealedSecretsKinds: Readonly<Record<string, KindFacts>> = {
  'bitnami.com/SealedSecret': {
    *produces(manifest) {
      const keys = new Set([
        ...Object.keys(fieldsAt(manifest, 'spec', 'encryptedData')),
        ...Object.keys(fieldsAt(manifest, 'spec', 'template', 'data')),
      ]);
      yield producedSecret({
        name: manifest.metadata.name,
        namespace: manifest.metadata.namespace,
        keys,
        type: textAt(manifest, 'spec', 'template', 'type') ?? 'Opaque',
        labels: labelsAt(manifest, 'spec', 'template', 'metadata', 'labels'),
      });
    },
  },
};
