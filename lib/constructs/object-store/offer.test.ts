import { declaredSecret } from '../../graph/credential.ts';
import { bucketOffer, bucketsOf } from './offer.ts';

const offer = bucketOffer({ name: 'minio', port: { name: 's3', port: 9000 }, region: 'us-east-1' });
const mlflow = { name: 'mlflow', namespace: 'tracking' };
const secret = declaredSecret('mlflow-artifacts', ['accessKeyId', 'secretAccessKey'], 'test');

test('who asks gets a bucket, and keys of a user who is called like it', () => {
  expect(offer.credential?.({ bucket: 'mlflow' }, mlflow)?.keys).toMatchObject({
    accessKeyId: { kind: 'public', value: 'mlflow' },
    secretAccessKey: { kind: 'generated', length: 40 },
  });
  expect(
    offer.handle({
      ask: { bucket: 'mlflow' },
      consumer: mlflow,
      endpoint: { host: 'minio.data.svc', port: 9000 },
      secret,
      publicUrl: undefined,
    }),
  ).toMatchObject({
    protocol: 's3',
    bucket: 'mlflow',
    region: 'us-east-1',
    endpoint: 'http://minio.data.svc:9000',
    auth: { kind: 'keys', accessKeyId: { name: 'mlflow-artifacts', key: 'accessKeyId' } },
  });
});

test('what no store can make is refused where it is asked', () => {
  expect(offer.refuse?.({ bucket: 'mlflow' }, mlflow)).toBeUndefined();
  expect(offer.refuse?.({ bucket: 'ML' }, mlflow)).toBe(
    'mlflow asks minio for the bucket "ML", which is not the name of a bucket; write 3 to 63 lower-case letters, digits and hyphens, like mlflow-artifacts',
  );
  expect(offer.refuse?.({ bucket: 'mlflow', expire: [{ days: 0 }] }, mlflow)).toContain('after 0 days');
});

test('a bucket is one consumer’s alone', () => {
  expect(offer.claims?.({ bucket: 'mlflow' })).toBe('the bucket "mlflow"');
});

test('buckets do not change with the order of those who ask', () => {
  const asking = (bucket: string) => ({ ask: { bucket, expire: [{ days: 1 }] }, secret });
  const [a, b] = [asking('a-bucket'), asking('b-bucket')];
  expect(bucketsOf([b, a])).toEqual(bucketsOf([a, b]));
  expect(bucketsOf([a])[0]).toMatchObject({ name: 'a-bucket', expire: [{ days: 1 }] });
});
