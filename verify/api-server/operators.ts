import { setTimeout as sleep } from 'node:timers/promises';
import { type Crd, parseCrds } from '../../tools/import/crd.ts';
import { fetchModule, readFiles } from '../../tools/import/fetch.ts';
import type { OperatorSource } from '../../tools/import/sources.ts';
import { accepted, type Client, json, messageOf } from './client.ts';
import { Resources } from './resources.ts';

/** CustomResourceDefinitions of operators, from the Go modules that carry them. */
export async function readCrds(operators: readonly OperatorSource[]): Promise<Crd[]> {
  const crds: Crd[] = [];
  for (const operator of operators) {
    const folder = await fetchModule(operator);
    for (const pattern of operator.crds) crds.push(...readFiles(folder, pattern).flatMap(parseCrds));
  }
  return crds;
}

const PATIENCE_MS = 60_000;

export interface Installed {
  readonly resources: Resources;
  /** CRDs that this version of Kubernetes does not take, and why. */
  readonly refused: readonly (readonly [name: string, reason: string])[];
}

/** Installs CRDs and waits until the API server serves all their versions. */
export async function install(client: Client, crds: readonly Crd[]): Promise<Installed> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldValidation=Ignore';
  const answers = await Promise.all(
    crds.map(async (crd) => ({ crd, answer: await client.send('POST', path, json(crd)) })),
  );
  const kinds = answers
    .filter(({ answer }) => accepted(answer))
    .flatMap(({ crd: { spec } }) =>
      spec.versions
        .filter(({ served }) => served)
        .map(({ name }): [string, string] => [`${spec.group}/${name}`, spec.names.kind]),
    );
  const refused = answers
    .filter(({ answer }) => !accepted(answer))
    .map(({ crd: { spec }, answer }) => [`${spec.names.plural}.${spec.group}`, messageOf(answer)] as const);
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const resources = await Resources.read(client);
    const missing = kinds.filter(([apiVersion, kind]) => !resources.has(apiVersion, kind));
    if (missing.length === 0) return { resources, refused };
    if (Date.now() > until) throw new Error(`the API server does not serve ${missing.join(' and ')}`);
    await sleep(250);
  }
}
