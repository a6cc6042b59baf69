import { maxMemory, redisConfig } from './config.ts';

const MiB = 2 ** 20;

test.each([
  ['cache', '1Gi', 819],
  ['durable', '1Gi', 614],
  ['durable', '0.5Gi', 307],
  ['cache', '1G', 762],
  ['cache', '536870912', 409],
] as const)('a %s of %s keeps %s MiB of keys', (flavour, memory, megabytes) => {
  expect(maxMemory(flavour, memory)).toBe(megabytes * MiB);
});

test('what is no quantity of memory is refused', () => {
  expect(() => maxMemory('cache', '1 GB')).toThrow('memory is "1 GB"; write it like 512Mi or 2Gi');
});

const lines = (...args: Parameters<typeof redisConfig>) => redisConfig(...args).split('\n');

test('a durable store has a log on disk, and refuses writes when it is full', () => {
  expect(lines('durable', '1Gi', 'allkeys-lru')).toEqual(
    expect.arrayContaining([
      'appendonly yes',
      'appendfsync everysec',
      'maxmemory-policy noeviction',
      `maxmemory ${614 * MiB}`,
    ]),
  );
});

test('a cache has nothing on disk, and drops keys when it is full', () => {
  expect(lines('cache', '1Gi', 'volatile-lru')).toEqual(
    expect.arrayContaining(['appendonly no', 'save ""', 'maxmemory-policy volatile-lru']),
  );
});
