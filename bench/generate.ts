import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

/** An environment set of a given size, for measuring: the shipped `local` environment, many times over, with many teams. */
export function generate(
  root: string,
  repository: string,
  size: { readonly environments: number; readonly teams: number },
): void {
  const template = parse(readFileSync(join(repository, 'environments', 'local', 'environment.yaml'), 'utf8'));
  mkdirSync(join(root, 'environments'), { recursive: true });
  copyFileSync(join(repository, 'environments', 'defaults.yaml'), join(root, 'environments', 'defaults.yaml'));
  for (let e = 0; e < size.environments; e++) {
    const name = `env-${pad(e)}`;
    const directory = join(root, 'environments', name);
    mkdirSync(join(directory, 'teams'), { recursive: true });
    const environment = { ...template, cluster: { ...template.cluster, name } };
    writeFileSync(join(directory, 'environment.yaml'), stringify(environment));
    for (let t = 0; t < size.teams; t++) {
      const team = `t${pad(t)}`;
      writeFileSync(join(directory, 'teams', `${team}.yaml`), stringify(teamOf(team)));
    }
  }
}

const teamOf = (name: string) => ({
  name,
  displayName: `Team ${name}`,
  costCentre: `cc-${name}`,
  quota: { cpu: '8', memory: '32Gi', storage: '100Gi' },
});

const pad = (n: number): string => String(n).padStart(4, '0');
