import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGES } from '../lib/platform/versions.ts';
import { ROOT } from './support/shipped.ts';

/* The image of the example is what the shipped environments believe that it is. */

const dockerfile = readFileSync(join(ROOT, 'images/feast-features/Dockerfile'), 'utf8');

test('is of the Feast that the platform pins, and runs as its user', () => {
  const { registry, repository, tag } = IMAGES.feast;
  expect(dockerfile).toContain(`\nFROM ${registry}/${repository}:${tag}\n`);
  expect(dockerfile).toMatch(/\nUSER 1001\n$/);
});

test('holds the example where definitions are looked for', () => {
  expect(dockerfile).toContain(' feature_repo /opt/features\n');
  expect(existsSync(join(ROOT, 'examples/feast/feature_repo/accounts.py'))).toBe(true);
});
