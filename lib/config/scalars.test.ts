import { z } from 'zod';
import {
  byteQuota,
  cidr,
  cpuQuantity,
  cron,
  duration,
  durationSeconds,
  hostName,
  imageReference,
  kubernetesName,
  labelKey,
  labelValue,
  memoryQuantity,
  parseQuantity,
  port,
  quantity,
  registryHost,
  storageQuantity,
} from './scalars.ts';

const scalars = {
  byteQuota,
  cidr,
  cpuQuantity,
  cron,
  duration,
  hostName,
  imageReference,
  kubernetesName,
  labelKey,
  labelValue,
  memoryQuantity,
  port,
  quantity,
  registryHost,
  storageQuantity,
};

const problems = (schema: z.ZodType, value: unknown) => {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.map((issue) => issue.message);
};

const accepts = {
  quantity: ['500m', '2', 2, '16Gi', '1.5Gi', '10k', 0],
  cpuQuantity: ['500m', '2', 2, 0.5, '0.25'],
  byteQuota: ['64Gi', '0Gi', '7Ei'],
  memoryQuantity: ['16Gi', '512Mi', '1G', '1.5Ti'],
  storageQuantity: ['20Gi', '1Ti'],
  duration: ['30s', '10m', '90d', '1h30m', '1d12h', '0s'],
  labelKey: ['app', 'app.kubernetes.io/name', 'A_b.c-1', 'a'.repeat(63)],
  labelValue: ['', 'prometheus', '1.2', 'A_b', 'a'.repeat(63)],
  hostName: ['1.example', 'ml.example.com', 'localhost', 'a-b.c9.de', 'xn--bcher-kva.example'],
  registryHost: [
    'registry.example.com',
    'localhost:5000',
    'registry:5000',
    'registry.example.com:5000/mirror/a',
    'a.b/c--d__e.f',
  ],
  cron: ['30 2 * * *', '*/5 * * * *', '0 0 29 2 *', '0 8-18/2 * * MON-fri', '0,30 * 1,15 jan *', '5/10 * ? * 0'],
  cidr: ['10.0.0.0/16', '0.0.0.0/0', '192.168.1.7/32', '2001:db8::/32', '::/0', '2001:db8:0:1:2:3:4:5/128'],
  kubernetesName: ['a', '1', 'team-vision', 'a'.repeat(63)],
  port: [1, 5432, 65535],
  imageReference: [
    'registry.example.com/vision/serve:1.4.2',
    'localhost:5000/a:1',
    `ghcr.io/a/b@sha256:${'0'.repeat(64)}`,
    `ghcr.io/a/b:1@sha256:${'0'.repeat(64)}`,
  ],
} satisfies Record<keyof typeof scalars, readonly unknown[]>;

const refuses = {
  quantity: [
    '',
    '16 Gi',
    '16GB',
    '-1',
    -1,
    'Gi',
    '1,5',
    true,
    null,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e-9,
    1e21,
    '8Ei',
  ],
  byteQuota: ['64', '8Ei', '9.3E', '1'.repeat(30) + 'k'],
  cpuQuantity: ['2Gi', 0.0005, '9'.repeat(30), '0.0005', '500 m', 'two', -1, []],
  memoryQuantity: ['0Gi', '0k', '8Ei', '16', 16, '512m', '16GB', '16gi', '16 Gi'],
  storageQuantity: ['0Gi', '0.0Ti', 20, '20', '20GB'],
  duration: [30, '30', '1.5h', '30 s', '30m1h', '', '1w', '500ms', 's'],
  hostName: [
    'https://a.example',
    'a.example:443',
    'ML.example.com',
    'a..b',
    '-a.b',
    '10.0.0.1',
    '10.1',
    'a.1',
    '0x7f',
    'xn--a.example',
    `${'a'.repeat(64)}.b`,
    `${'a.'.repeat(127)}a`.repeat(2),
    7,
  ],
  registryHost: [
    'https://registry.example.com',
    'registry.example.com/',
    'Registry.example.com',
    'a b',
    'registry',
    'mirror/images',
    'registry.example.com/a..b',
    'registry.example.com:65536',
    `${'a'.repeat(60)}.example/${'b'.repeat(120)}`,
  ],
  labelKey: ['', 'a b', '/a', 'a/', 'a/b/c', 'Example.com/a', 'a'.repeat(64), '-a', 'a\n', 5],
  labelValue: [' padded ', 'a b', '-a', 'a-', 'a'.repeat(64), 'ä', true],
  cron: [
    '@daily',
    '30 2 * *',
    '30 2 * * * *',
    '60 2 * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 * 13 *',
    '0 0 * * 7',
    '0 0 31 2 *',
    '*/0 * * * *',
    '5-1 * * * *',
    '0 0 * feb-jan *',
    '0 0 * * foo',
    '0 0 L * *',
    5,
  ],
  cidr: ['10.0.0.0', '10.0.0.0/33', '300.0.0.0/8', '10.0.0.1/16', '2001:db8::1/32', '2001:db8::/129', 'example.com/8'],
  kubernetesName: ['Team', 'a_b', '-a', 'a-', 'a.b', '', 'a'.repeat(64), 8],
  port: [0, 65536, 80.5, '80'],
  imageReference: [
    'nginx',
    'nginx:1',
    'ghcr.io/a/b',
    'ghcr.io/a/b:latest',
    'ghcr.io/a/b:1@sha256:12',
    'localhost:5000/nginx',
    'https://ghcr.io/a/b:1',
    'ghcr.io/a..b:1',
  ],
} satisfies Record<keyof typeof scalars, readonly unknown[]>;

const names = Object.keys(accepts) as (keyof typeof accepts)[];

test.each(names.flatMap((name) => accepts[name].map((value) => [name, value] as const)))(
  '%s accepts %j',
  (name, value) => {
    expect(problems(scalars[name], value)).toEqual([]);
  },
);

test.each(names.flatMap((name) => refuses[name].map((value) => [name, value] as const)))(
  '%s refuses %j with one example',
  (name, value) => {
    expect(problems(scalars[name], value)).toEqual([expect.stringMatching(/^is not .*; (write|name) /)]);
  },
);

test.each(names)('%s shows an example that it accepts itself', (name) => {
  const [message = ''] = problems(scalars[name], {});
  const examples =
    message
      .match(/(?<= like )[^,]+/)?.[0]
      .replaceAll('"', '')
      .split(/ or /) ?? [];
  expect(examples).not.toEqual([]);
  for (const example of examples)
    expect(problems(scalars[name], name === 'port' ? Number(example) : example.replace(/ in lower.*/, ''))).toEqual([]);
});

test.each(names)('%s stands in a JSON Schema', (name) => {
  expect(() => z.toJSONSchema(scalars[name], { io: 'input' })).not.toThrow();
});

test.each(names)('%s gives a correction that it accepts', (name) => {
  for (const value of refuses[name]) {
    for (const message of problems(scalars[name], value)) {
      const correction = /; (?:write|name one, like) ([^\s,]+)$/.exec(message)?.[1];
      if (correction !== undefined) expect(problems(scalars[name], correction)).toEqual([]);
    }
  }
});

test('quantities come out as the API server answers them, so that nothing seems to differ in the cluster', () => {
  const canonical = [0.5, 2, '2000m', '1.5Gi', '1024Mi', '1000M', '0', '1.001', '0.001', '1.25G', '1500m'].map((q) =>
    quantity.parse(q),
  );
  expect(canonical).toEqual(['500m', '2', '2', '1536Mi', '1Gi', '1G', '0', '1.001', '1m', '1250M', '1500m']);
});

test('values of quantities and durations', () => {
  expect(['500m', '2', '1.5Gi', '1k', '1Ki', '2E'].map(parseQuantity)).toEqual([
    0.5,
    2,
    1.5 * 2 ** 30,
    1000,
    1024,
    2e18,
  ]);
  expect(['30s', '10m', '90d', '1h30m', '1d1h1m1s'].map(durationSeconds)).toEqual([30, 600, 7_776_000, 5400, 90_061]);
  expect(() => parseQuantity('16GB')).toThrow('"16GB" is not a quantity');
  expect(() => durationSeconds('1.5h')).toThrow('"1.5h" is not a duration');
});
