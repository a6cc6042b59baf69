import { isIP } from 'node:net';
import { z } from 'zod';
import { cronProblem } from './cron.ts';
import { canonicalQuantity, parseQuantity } from './quantity.ts';

export { durationSeconds } from './duration.ts';
export { parseQuantity } from './quantity.ts';

/*
 * The words of the configuration that are more than text. Each says what it is not and shows one that is right;
 * `lib/config/zod-problems.ts` puts the value that was found in front of a message that begins with "is", and keeps
 * only what follows the semicolon when the value is missing.
 *
 * The patterns also go into the JSON Schema, so they are written for every dialect: no flags, no look-behind.
 */

const text = (pattern: RegExp, error: string) => z.string({ error }).regex(pattern, { error, abort: true });

/** The API server keeps quantities as 64 bits with a sign, and puts the greatest of them in place of a greater one. */
const isKept = (quantity: string): boolean => parseQuantity(quantity) < 2 ** 63;
const tooMuch = (error: string): string => error.replace(';', ' that Kubernetes can count, which is less than 8Ei;');

/** Text or number, as both are written in YAML; the output is the text that the API server would answer with. */
const quantityLike = (pattern: RegExp, error: string) => {
  // A very small or great number has an exponent, which we do not write.
  const plain = z.number().nonnegative({ error, abort: true });
  return z
    .union([text(pattern, error), plain.refine((number) => pattern.test(String(number)), { error, abort: true })], {
      error,
    })
    .refine((quantity) => isKept(String(quantity)), { error: tooMuch(error), abort: true })
    .transform(canonicalQuantity);
};

const BYTES = /^[0-9]+(\.[0-9]{1,3})?([kMGTPE]|[KMGTPE]i)$/;
const bytes = (error: string) => text(BYTES, error).refine(isKept, { error: tooMuch(error), abort: true });
const someBytes = (error: string) =>
  bytes(error)
    .refine((quantity) => parseQuantity(quantity) > 0, { error: error.replace(';', ' but nothing at all;') })
    .transform(canonicalQuantity);

/** Any Kubernetes quantity that is not negative: `500m`, `2`, `16Gi`. */
export const quantity = quantityLike(
  /^([0-9]+m|[0-9]+(\.[0-9]{1,3})?([kMGTPE]|[KMGTPE]i)?)$/,
  'is not a quantity; write it like 500m, 2 or 16Gi',
);

/** Cores, down to a thousandth: `500m`, `2`, `0.5`. */
export const cpuQuantity = quantityLike(
  /^([0-9]+m|[0-9]+(\.[0-9]{1,3})?)$/,
  'is not a quantity of CPU; write it like 500m or 2',
);

/** Bytes with a unit; `16` alone would be 16 bytes, and `512m` half a byte, so neither is taken. */
export const memoryQuantity = someBytes('is not a quantity of memory; write it like 16Gi or 512Mi');

/** Bytes on a disk or in a bucket, with a unit. */
export const storageQuantity = someBytes('is not a size of storage; write it like 20Gi or 1Ti');

/** Bytes that something may take; `0Gi` allows none. */
export const byteQuota = bytes('is not a quantity of bytes; write it like 64Gi or 1Ti').transform(canonicalQuantity);

/** Days, hours, minutes, seconds, the greatest first: `30s`, `1h30m`, `90d`. */
export const duration = text(
  /^([0-9]+d([0-9]+h)?([0-9]+m)?([0-9]+s)?|[0-9]+h([0-9]+m)?([0-9]+s)?|[0-9]+m([0-9]+s)?|[0-9]+s)$/,
  'is not a duration; write it like 30s, 1h30m or 90d',
);

const HOST_NAME_EXAMPLE = 'is not a host name; write it like ml.example.com, in lower case and without scheme or port';

/** DNS name, lower case, at most 253 characters. Addresses are not names: nothing can prove a certificate for them. */
export const hostName = text(
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
  HOST_NAME_EXAMPLE,
).refine((name) => name.length <= 253 && isIP(name) === 0 && isItselfInAUrl(name), { error: HOST_NAME_EXAMPLE });

/** `10.1` and `0x7f.0x1` become addresses in a URL, and what pretends to be Punycode becomes nothing. */
function isItselfInAUrl(name: string): boolean {
  return URL.canParse(`https://${name}`) && new URL(`https://${name}`).hostname === name;
}

const REGISTRY =
  'is not a registry; write it like registry.example.com or registry.example.com:5000/mirror, without a scheme';

/**
 * Registry, with port and path where it has them: `registry.example.com`, `registry.example.com:5000/mirror`. Without a
 * dot or a port, the first part of an image's name is no registry but a folder of Docker Hub's. Together with the name
 * of an image it has at most 255 characters. Source: distribution/reference.
 */
export const registryHost = text(
  /^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:[0-9]{1,5})?|[a-z0-9]([a-z0-9-]*[a-z0-9])?:[0-9]{1,5})(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/,
  REGISTRY,
).refine((registry) => registry.length <= 180 && URL.canParse(`https://${registry}`), { error: REGISTRY });

/** Five fields, as the CronJob controller reads them. */
export const cron = text(
  /^[^\s]+( +[^\s]+){4}$/,
  'is not a cron line; write five fields (minute, hour, day of month, month, day of week) like "30 2 * * *"',
).superRefine((line, context) => {
  const problem = cronProblem(line);
  if (problem !== undefined) {
    context.addIssue({ code: 'custom', message: `is not a cron line: ${problem}; write it like "30 2 * * *"` });
  }
});

const CIDR = 'is not an address range; write it like 10.0.0.0/16 or 2001:db8::/32';

/** IPv4 or IPv6 network whose host bits are zero. */
export const cidr = text(/^[0-9a-fA-F.:]+\/[0-9]{1,3}$/, CIDR).superRefine((range, context) => {
  const network = networkOf(range);
  if (network === undefined) context.addIssue({ code: 'custom', message: CIDR });
  else if (network !== range) {
    context.addIssue({
      code: 'custom',
      message: `is not an address range: bits are set below the mask; write ${network}`,
    });
  }
});

/** Name of most Kubernetes objects here: an RFC 1123 label, at most 63 characters. */
export const kubernetesName = text(
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  'is not a name; write lower-case letters, digits and hyphens, at most 63, like team-vision',
);

/**
 * Name of a team. Shorter than other names: it becomes part of the names of a namespace and of what is made in it.
 */
export const teamName = text(
  /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
  'is not a name for a team; write lower-case letters, digits and hyphens, at most 40, beginning with a letter, like vision',
);

/** Key of a label: a name of at most 63 characters, and before it, with a slash, a domain that it belongs to. */
export const labelKey = text(
  /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){0,9}\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/,
  'is not the key of a label; write it like app or app.kubernetes.io/name',
);

/** Value of a label, which may be empty. */
export const labelValue = text(
  /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/,
  'is not the value of a label; write at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit, like prometheus',
);

/** Model of a GPU, as node pools and those who ask for it call it. */
export const gpuModel = text(
  /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/,
  'is not the model of a GPU; write lower-case letters, digits and hyphens, like a10g or h100-80gb',
);

/** Profile of a slice of a GPU, as resources are named after it: a `+` is a dot or a hyphen there. */
export const migProfile = text(
  /^[1-7]g\.[1-9][0-9]*gb(\.(me(\.all)?|gfx)|-me)?$/,
  'is not a MIG profile; write it like 1g.10gb',
);

/** Labels, by their keys. */
export const labels = z.record(labelKey, labelValue);

/** TCP or UDP port. */
const PORT = 'is not a port; write a number from 1 to 65535, like 5432';
export const port = z.int({ error: PORT }).min(1, { error: PORT }).max(65535, { error: PORT });

const IMAGE =
  'is not an image reference; write it with registry and version, like registry.example.com/vision/serve:1.4.2';

/** Image with its registry, and a tag other than `latest` or a digest, or both. */
export const imageReference = text(
  /^([a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)?|[a-z0-9-]+:[0-9]+)(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)+(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
  IMAGE,
).superRefine((image, context) => {
  const digest = image.includes('@');
  const name = digest ? image.slice(0, image.indexOf('@')) : image;
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  if (tag === 'latest') {
    context.addIssue({
      code: 'custom',
      message: `is not an image reference that stays what it is: latest moves; name a version, like ${name.replace(/latest$/, '1.4.2')}`,
    });
  } else if (tag === undefined && !digest) {
    context.addIssue({
      code: 'custom',
      message: `is not an image reference that stays what it is: it has no version; name one, like ${name}:1.4.2`,
    });
  }
});

/** The network an address range means, its host bits cleared; undefined when it is not one. */
function networkOf(range: string): string | undefined {
  const slash = range.indexOf('/');
  const address = range.slice(0, slash);
  const prefix = Number(range.slice(slash + 1));
  const family = isIP(address);
  if (family === 4 && prefix <= 32) {
    const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    const size = 2 ** (32 - prefix);
    const network = Math.floor(bits / size) * size;
    return `${[24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256).join('.')}/${prefix}`;
  }
  if (family === 6 && prefix <= 128 && !address.includes('.')) {
    const [head = '', tail] = address.split('::');
    const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
    const left = groups(head);
    const right = groups(tail ?? '');
    const all = [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
    const masked = all.map((group, i) => {
      const kept = Math.min(16, Math.max(0, prefix - 16 * i));
      return group & (0xffff << (16 - kept)) & 0xffff;
    });
    if (masked.every((group, i) => group === all[i])) return range;
    const text = masked.map((group) => group.toString(16)).join(':');
    return `${text.replace(/(:0)+$/, '::')}/${prefix}`;
  }
  return undefined;
}
