import { compareText } from '../../collections.ts';
import { type ObjectStoreAsk, type ObjectStoreHandle, objectStore } from '../../contracts/object-store.ts';
import type { Consumer, Offer, Port } from '../../graph/contract.ts';
import { offer } from '../../graph/contract.ts';
import { credential, type DeclaredSecret, generated, publicKey, SecretRef } from '../../graph/credential.ts';
import { bucketNameProblem, expiryProblem, type StoreBucket, type StoreKeys } from './bucket.ts';

/**
 * A bucket for each who asks, in a store that runs in the cluster and makes its users itself. The user is called as the
 * bucket: both are unique in the store, and a component may have several.
 */
export const bucketOffer = (store: {
  readonly name: string;
  readonly port: Port;
  readonly region: string;
}): Offer<ObjectStoreAsk, ObjectStoreHandle> =>
  offer(objectStore, {
    ports: [store.port],
    refuse: (ask, consumer) => refusal(store.name, ask, consumer),
    claims: ({ bucket }) => `the bucket "${bucket}"`,
    credential: ({ bucket }, consumer) =>
      credential({
        keys: { accessKeyId: publicKey(bucket), secretAccessKey: generated(40) },
        why: `${consumer.name} signs its requests for the bucket "${bucket}" in ${store.name}`,
      }),
    handle: ({ ask, endpoint, secret }) => ({
      protocol: 's3',
      bucket: ask.bucket,
      region: store.region,
      endpoint: `http://${endpoint.host}:${endpoint.port}`,
      auth: { kind: 'keys', ...keysIn(secret) },
    }),
  });

/** The buckets a store has to make, from those who ask, in an order that does not depend on theirs. */
export const bucketsOf = (
  consumers: readonly { readonly ask: ObjectStoreAsk; readonly secret: DeclaredSecret | undefined }[],
): StoreBucket[] =>
  consumers
    .map(({ ask, secret }) => ({
      name: ask.bucket,
      keys: keysIn(secret),
      ...(ask.expire !== undefined && { expire: ask.expire }),
    }))
    .sort((a, b) => compareText(a.name, b.name));

function refusal(store: string, ask: ObjectStoreAsk, consumer: Consumer): string | undefined {
  const name = bucketNameProblem(ask.bucket);
  if (name !== undefined) return `${consumer.name} asks ${store} for the bucket "${ask.bucket}", which ${name}`;
  const expiry = expiryProblem(ask.expire);
  return expiry === undefined
    ? undefined
    : `${consumer.name} asks ${store} for a retention in the bucket "${ask.bucket}" that cannot be: ${expiry}`;
}

export function keysIn(secret: DeclaredSecret | undefined): StoreKeys {
  if (!secret) throw new Error('a consumer of the object store came without the credential that its offer declares');
  return {
    accessKeyId: SecretRef.to(secret, 'accessKeyId'),
    secretAccessKey: SecretRef.to(secret, 'secretAccessKey'),
  };
}
