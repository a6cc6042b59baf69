import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS } from '../gitops/health-checks.ts';
import { LAYERS } from '../graph/component.ts';
import type { Stage } from '../platform/writer/stage.ts';
import type { Changes } from '../platform/writer/tree.ts';
import type { Places } from './places.ts';

/** An environment and the cluster it is on. */
export interface Placed {
  readonly environment: string;
  readonly cluster: string;
}

/**
 * Takes away what environments left that are no more. Only what this program can have written goes: directories of
 * layers in `dist/`, directories of Argo CD objects in `argocd/`, pages in `docs/catalogue/`.
 */
export function stageStale(stage: Stage, places: Places, present: readonly Placed[]): Map<string, Changes> {
  const environments = new Set(present.map(({ environment }) => environment));
  const clusters = new Set(present.map(({ cluster }) => cluster));
  const kept = new Set(present.map(({ cluster, environment }) => `${cluster}/${environment}`));
  const changes = new Map<string, Changes>();
  const removeTree = (path: string): unknown => changes.set(path, stage.stageTree(path, new Map()));
  const removeFile = (path: string): unknown => changes.set(path, stage.stageFileRemoval(path));

  for (const { name } of directories(places.dist)) {
    const path = join(places.dist, name);
    if (!environments.has(name) && isEnvironment(path)) removeTree(path);
  }
  for (const cluster of directories(places.argocd)) {
    const path = join(places.argocd, cluster.name);
    if (!clusters.has(cluster.name)) {
      for (const name of ['bootstrap.yaml', `${SETTINGS}.yaml`]) removeFile(join(path, name));
    }
    for (const { name } of directories(path)) {
      if (!kept.has(`${cluster.name}/${name}`) && hasOnlyYaml(join(path, name))) removeTree(join(path, name));
    }
  }
  for (const entry of list(places.catalogue)) {
    const environment = /^(.+)\.md$/.exec(entry.name)?.[1];
    if (entry.isFile() && environment !== undefined && !environments.has(environment)) {
      removeFile(join(places.catalogue, entry.name));
    }
  }
  return changes;
}

const list = (directory: string): readonly Dirent[] =>
  statSync(directory, { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(directory, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'))
    : [];

const directories = (directory: string): readonly Dirent[] => list(directory).filter((entry) => entry.isDirectory());

const layers: ReadonlySet<string> = new Set(LAYERS);

function isEnvironment(directory: string): boolean {
  const entries = list(directory);
  return entries.length > 0 && entries.every((entry) => entry.isDirectory() && layers.has(entry.name));
}

function hasOnlyYaml(directory: string): boolean {
  const entries = list(directory);
  return entries.length > 0 && entries.every((entry) => entry.isFile() && entry.name.endsWith('.yaml'));
}
