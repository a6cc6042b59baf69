import type { SecretRef } from '../../graph/credential.ts';

/** Keys that a client signs its requests with. */
export interface StoreKeys {
  readonly accessKeyId: SecretRef;
  readonly secretAccessKey: SecretRef;
}

/** Objects below `prefix` (default: all) are removed this many days after they were written. */
export interface Expiry {
  readonly prefix?: string;
  readonly days: number;
}

/** A bucket, the one user who may use it, and how long objects stay. */
export interface StoreBucket {
  readonly name: string;
  /** The user's keys. The store makes the user from them; who uses the bucket reads the same Secret. */
  readonly keys: StoreKeys;
  /** Default: objects stay until they are deleted. */
  readonly expire?: readonly Expiry[];
}

/** What is wrong with a bucket's name, as the end of a sentence that begins with it; undefined when it is right. */
export function bucketNameProblem(name: string): string | undefined {
  // Source: Amazon S3 user guide, "General purpose bucket naming rules". Dots are left out: they break TLS host names.
  return /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name)
    ? undefined
    : 'is not the name of a bucket; write 3 to 63 lower-case letters, digits and hyphens, like mlflow-artifacts';
}

/** What is wrong with a retention, as a clause; undefined when it is right. */
export function expiryProblem(expire: readonly Expiry[] = []): string | undefined {
  const wrong = expire.find(({ days }) => !Number.isInteger(days) || days < 1);
  if (wrong) return `objects cannot expire after ${wrong.days} days; stores count whole days from 1`;
  const prefixes = expire.map(({ prefix = '' }) => prefix);
  const twice = prefixes.find((prefix, index) => prefixes.indexOf(prefix) !== index);
  return twice === undefined ? undefined : `there are two retentions for the prefix "${twice}"; keep one of them`;
}

/** Throws where one bucket's user, retention or name would undo another's. */
export function refuseBadBuckets(store: string, buckets: readonly StoreBucket[]): void {
  const seen = new Set<string>();
  for (const { name, expire } of buckets) {
    const problem = bucketNameProblem(name);
    if (problem !== undefined) throw new Error(`${store}: "${name}" ${problem}`);
    const retention = expiryProblem(expire);
    if (retention !== undefined) throw new Error(`${store}: bucket "${name}": ${retention}`);
    if (seen.has(name)) throw new Error(`${store}: two consumers ask for a bucket "${name}"; each has one of its own`);
    seen.add(name);
  }
}

/**
 * What the user of a bucket may do: everything with objects, nothing with the bucket itself. So no client can lengthen
 * or shorten a retention, open its bucket to others, or remove it with all that is in it.
 */
export const bucketPolicy = (bucket: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      Resource: [`arn:aws:s3:::${bucket}`],
    },
    {
      Effect: 'Allow',
      Action: [
        's3:GetObject',
        's3:PutObject',
        's3:DeleteObject',
        's3:GetObjectTagging',
        's3:PutObjectTagging',
        's3:DeleteObjectTagging',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
      ],
      Resource: [`arn:aws:s3:::${bucket}/*`],
    },
  ],
});

/** Name of a retention's rule in the store: the prefix, as far as rules may be called so. */
const ruleId = ({ prefix = '', days }: Expiry, index: number): string =>
  [`expire-${index}`, prefix.replace(/[^A-Za-z0-9-]+/g, '-').replace(/^-|-$/g, ''), `${days}d`]
    .filter((part) => part !== '')
    .join('-');

/** Retentions as the S3 API's JSON form has them, which `mc ilm import` reads. */
export const lifecycleJson = (expire: readonly Expiry[]) => ({
  Rules: expire.map((rule, index) => ({
    ID: ruleId(rule, index),
    Status: 'Enabled',
    Filter: { Prefix: rule.prefix ?? '' },
    Expiration: { Days: rule.days },
  })),
});

/** The same as the body of a PutBucketLifecycleConfiguration request. */
export const lifecycleXml = (expire: readonly Expiry[]): string =>
  [
    '<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    ...expire.map(
      (rule, index) =>
        `<Rule><ID>${ruleId(rule, index)}</ID><Status>Enabled</Status><Filter><Prefix>${xmlText(rule.prefix ?? '')}</Prefix></Filter><Expiration><Days>${rule.days}</Days></Expiration></Rule>`,
    ),
    '</LifecycleConfiguration>',
    '',
  ].join('\n');

const xmlText = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
