import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const version = z.string().regex(/^v\d+\.\d+\.\d+$/, 'a release such as v1.2.3');
const sum = z.string().startsWith('h1:');

const operator = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  module: z.string(),
  version,
  sum: sum.optional(),
  crds: z.array(z.string()).min(1),
  kinds: z.array(z.string()).min(1).optional(),
});

const kubernetes = z.strictObject({
  module: z.string(),
  path: z.string(),
  versions: z.array(z.strictObject({ version, sum: sum.optional() })).min(1),
  groups: z.array(z.string()).min(1),
});

const sources = z.strictObject({ kubernetes, operators: z.array(operator) });

export type OperatorSource = z.infer<typeof operator>;
export type KubernetesSource = z.infer<typeof kubernetes>;
export type Sources = z.infer<typeof sources>;

/** The contents of schemas/sources.yaml. */
export function readSources(file: string): Sources {
  const result = sources.safeParse(parse(readFileSync(file, 'utf8')));
  if (!result.success) throw new Error(`${file}:\n${z.prettifyError(result.error)}`);
  return result.data;
}

/** `v1.28.15` → `v1.28`: the folder in schemas/kubernetes. */
export function minor(release: string): string {
  return release.split('.').slice(0, 2).join('.');
}
