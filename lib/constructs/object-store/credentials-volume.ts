import type { Volume } from '../../../imports/k8s.ts';
import type { StoreBucket } from './bucket.ts';

/**
 * Every bucket's keys as files, `<bucket>/access-key-id` and `<bucket>/secret-access-key`: so the job's pod is the same
 * for one bucket and for a hundred, and no key is in an environment that a crash report would print.
 */
export const credentialsVolume = (name: string, buckets: readonly StoreBucket[]): Volume => ({
  name,
  projected: {
    // The files belong to root; the pod's fsGroup reads them.
    defaultMode: 0o440,
    sources: buckets.flatMap(({ name: bucket, keys }) => [
      {
        secret: {
          name: keys.accessKeyId.name,
          items: [{ key: keys.accessKeyId.key, path: `${bucket}/access-key-id` }],
        },
      },
      {
        secret: {
          name: keys.secretAccessKey.name,
          items: [{ key: keys.secretAccessKey.key, path: `${bucket}/secret-access-key` }],
        },
      },
    ]),
  },
});
