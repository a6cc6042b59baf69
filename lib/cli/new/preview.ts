import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ENVIRONMENTS } from '../../config/files.ts';
import { loadEnvironments } from '../../config/load.ts';
import { renderProblems } from '../../config/render.ts';
import { type Environment, SCHEMAS } from '../../platform/environment-schema.ts';
import { identity, type Manifest } from '../../platform/manifest-set.ts';
import { renderViolations } from '../../rules/render.ts';
import { environmentOutput } from '../environment-output.ts';

/** What a synth would make of a file that is not there yet. */
export type Preview =
  | { readonly problems: string }
  | { readonly added: ReadonlyMap<string, number>; readonly changed: number };

/** Looks at all environments as they are with one file more; nothing below `root` is touched. */
export function preview(root: string, file: string, content: string, environment: string): Preview {
  const scratch = mkdtempSync(join(tmpdir(), 'keelson-new-'));
  try {
    cpSync(join(root, ENVIRONMENTS), join(scratch, ENVIRONMENTS), { recursive: true });
    const before = objectsOf(scratch, environment);
    mkdirSync(dirname(join(scratch, file)), { recursive: true });
    writeFileSync(join(scratch, file), content);
    const after = objectsOf(scratch, environment);
    if ('problems' in after) return after;
    return compared('problems' in before ? new Map() : before.objects, after.objects);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

type Objects = { readonly objects: ReadonlyMap<string, Manifest> } | { readonly problems: string };

function objectsOf(root: string, name: string): Objects {
  const { environments, problems, locate } = loadEnvironments(root, SCHEMAS);
  if (problems.length > 0) return { problems: renderProblems(problems, locate) };
  const environment = environments.find((one) => one.name === name);
  if (!environment) return { objects: new Map() };
  const output = environmentOutput(environment, dependentsOf(name, environments));
  if (!output.complete) return { problems: renderProblems(output.problems, locate) };
  if (output.violations.length > 0) return { problems: renderViolations(output.violations) };
  const manifests = [...output.delivery.manifests].map(({ manifest }) => manifest);
  return { objects: new Map(manifests.map((manifest) => [identity(manifest), manifest])) };
}

const dependentsOf = (name: string, environments: readonly Environment[]): readonly Environment[] =>
  environments.filter(({ config }) => config.operators !== 'install' && config.operators.providedBy === name);

function compared(before: ReadonlyMap<string, Manifest>, after: ReadonlyMap<string, Manifest>): Preview {
  const added = new Map<string, number>();
  let changed = 0;
  for (const [id, manifest] of after) {
    const old = before.get(id);
    if (!old) added.set(manifest.kind, (added.get(manifest.kind) ?? 0) + 1);
    else if (JSON.stringify(old) !== JSON.stringify(manifest)) changed++;
  }
  return { added, changed };
}
