import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadEnvironments } from '../../lib/config/load.ts';
import { type Environment, SCHEMAS } from '../../lib/platform/environment-schema.ts';

/** The repository. */
export const ROOT = join(__dirname, '..', '..');

/** The shipped environments, as they are loaded. */
const SHIPPED: readonly Environment[] = loadEnvironments(ROOT, SCHEMAS).environments;

/** Their files, by their paths from the root of the repository, as data. */
export const shippedFiles = (): Record<string, unknown> =>
  Object.fromEntries(
    [...new Set(SHIPPED.flatMap(({ files }) => files))].map((file) => [
      file,
      parse(readFileSync(join(ROOT, file), 'utf8')) as unknown,
    ]),
  );
