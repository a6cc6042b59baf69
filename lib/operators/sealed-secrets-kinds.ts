import type { KindFacts } from './operator.ts';
import { producedSecret } from './produced.ts';
import { recordAt, textAt, textsAt } from './read.ts';

/** The one kind of Sealed Secrets. */
export const sealedSecretsKinds: Readonly<Record<string, KindFacts>> = {
  'bitnami.com/SealedSecret': {
    *produces(manifest) {
      const keys = new Set([
        ...Object.keys(recordAt(manifest, 'spec', 'encryptedData')),
        ...Object.keys(recordAt(manifest, 'spec', 'template', 'data')),
      ]);
      yield producedSecret({
        name: manifest.metadata.name,
        namespace: manifest.metadata.namespace,
        keys,
        type: textAt(manifest, 'spec', 'template', 'type') ?? 'Opaque',
        labels: textsAt(manifest, 'spec', 'template', 'metadata', 'labels'),
      });
    },
  },
};
