import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import {
  bucketNameProblem,
  bucketPolicy,
  expiryProblem,
  lifecycleJson,
  lifecycleXml,
  refuseBadBuckets,
} from './bucket.ts';

const secret = declaredSecret('any', ['id', 'key'], 'test');
const keys = { accessKeyId: SecretRef.to(secret, 'id'), secretAccessKey: SecretRef.to(secret, 'key') };

test.each(['mlflow', 'a-b', '0ab', 'a'.repeat(63)])('%s is the name of a bucket', (name) => {
  expect(bucketNameProblem(name)).toBeUndefined();
});

test.each(['ab', 'a'.repeat(64), 'MLflow', 'a_b', '-ab', 'ab-', 'a.b', 'a/b', ''])('"%s" is not', (name) => {
  expect(bucketNameProblem(name)).toContain('is not the name of a bucket');
});

test('retentions count whole days, and one prefix has one', () => {
  expect(expiryProblem([{ days: 90 }, { prefix: 'tmp/', days: 1 }])).toBeUndefined();
  expect(expiryProblem([{ days: 0 }])).toContain('after 0 days');
  expect(expiryProblem([{ days: 1.5 }])).toContain('after 1.5 days');
  expect(expiryProblem([{ days: 1 }, { prefix: '', days: 2 }])).toContain('two retentions for the prefix ""');
});

test('a policy is about objects of one bucket, never about the bucket', () => {
  const { Statement } = bucketPolicy('mlflow');
  expect(Statement.flatMap(({ Resource }) => Resource)).toEqual(['arn:aws:s3:::mlflow', 'arn:aws:s3:::mlflow/*']);
  const actions = Statement.flatMap(({ Action }) => Action);
  expect(actions.filter((action) => /\*|DeleteBucket|PutBucket|PutLifecycle|PutBucketPolicy/.test(action))).toEqual([]);
});

test('a retention reads the same in both languages', () => {
  const expire = [{ prefix: 'a & b/', days: 90 }, { days: 365 }];
  expect(lifecycleJson(expire).Rules).toEqual([
    { ID: 'expire-0-a-b-90d', Status: 'Enabled', Filter: { Prefix: 'a & b/' }, Expiration: { Days: 90 } },
    { ID: 'expire-1-365d', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 365 } },
  ]);
  expect(lifecycleXml(expire)).toContain(
    '<Rule><ID>expire-0-a-b-90d</ID><Status>Enabled</Status><Filter><Prefix>a &amp; b/</Prefix></Filter><Expiration><Days>90</Days></Expiration></Rule>',
  );
});

test('buckets that would undo each other are refused', () => {
  expect(() => refuseBadBuckets('minio', [{ name: 'A', keys }])).toThrow('minio: "A" is not the name of a bucket');
  expect(() =>
    refuseBadBuckets('minio', [
      { name: 'same', keys },
      { name: 'same', keys },
    ]),
  ).toThrow('minio: two consumers ask for a bucket "same"');
  expect(() => refuseBadBuckets('minio', [{ name: 'mlflow', keys, expire: [{ days: -1 }] }])).toThrow('-1 days');
});
