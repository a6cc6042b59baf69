import { append } from '../collections.ts';
import type { EnvironmentConfig } from './environment.ts';
import { guess } from './nearest.ts';
import type { Problem } from './problem.ts';

/** An environment as far as its neighbours are concerned. */
export interface Neighbour {
  readonly name: string;
  readonly file: string;
  readonly config: EnvironmentConfig;
}

/** What environments on one cluster must say alike, since it is said of the cluster. */
const OF_THE_CLUSTER = [
  'provider',
  'kubernetesVersion',
  'region',
  'destination',
  'apiServer',
  'dns',
  'nodePools',
] as const;

/** Mistakes that only show when environments are seen together. `names` are all there are, readable or not. */
export function neighbourProblems(environments: readonly Neighbour[], names: readonly string[]): Problem[] {
  const clusters = new Map<string, Neighbour[]>();
  for (const environment of environments) append(clusters, environment.config.cluster.name, environment);
  return [
    ...[...clusters.values()].flatMap(onOneCluster),
    ...environments.flatMap((environment) => withoutOperators(environment, environments, names)),
  ];
}

function onOneCluster([first, ...others]: readonly Neighbour[]): Problem[] {
  if (!first) return [];
  const problems: Problem[] = [];
  const prefixes = new Map([[first.config.namespacePrefix, first]]);
  const domains = new Map([[first.config.cluster.domain, first]]);
  let installer = first.config.operators === 'install' ? first : undefined;
  for (const environment of others) {
    const { name, file, config } = environment;
    const report = (path: readonly string[], message: string) => problems.push({ file, path, at: 'value', message });
    const cluster = `cluster ${config.cluster.name}`;
    for (const fact of OF_THE_CLUSTER) {
      if (JSON.stringify(config.cluster[fact]) !== JSON.stringify(first.config.cluster[fact])) {
        report(
          ['cluster', fact],
          `differs from what ${first.file} says of ${cluster}; environments on one cluster agree about it`,
        );
      }
    }
    if (JSON.stringify(config.argocd) !== JSON.stringify(first.config.argocd)) {
      report(
        ['argocd'],
        `differs from that of ${first.name} on ${cluster}; one bootstrap manifest hands a cluster to Argo CD, from one repository and revision`,
      );
    }
    const samePrefix = prefixes.get(config.namespacePrefix);
    if (samePrefix) {
      report(
        ['namespacePrefix'],
        `the same as that of ${samePrefix.name} on ${cluster}, so both would own the same namespaces; write one of its own, like ${name}-`,
      );
    } else prefixes.set(config.namespacePrefix, environment);
    const sameDomain = domains.get(config.cluster.domain);
    if (sameDomain) {
      report(
        ['cluster', 'domain'],
        `the same as that of ${sameDomain.name} on ${cluster}, so both would own the same host names; write one of its own, like ${name}.${config.cluster.domain}`,
      );
    } else domains.set(config.cluster.domain, environment);
    if (config.operators === 'install') {
      if (installer) {
        report(
          ['operators'],
          `${installer.name} installs the operators of ${cluster} already; write providedBy: ${installer.name}`,
        );
      } else installer = environment;
    }
  }
  return problems;
}

function withoutOperators(
  { name, file, config }: Neighbour,
  all: readonly Neighbour[],
  names: readonly string[],
): Problem[] {
  if (config.operators === 'install') return [];
  const { providedBy } = config.operators;
  const report = (message: string, allowed?: string): Problem[] => [
    { file, path: ['operators', 'providedBy'], at: 'value', message, ...(allowed && { allowed }) },
  ];
  const onTheSame = all.filter((other) => other.name !== name && other.config.cluster.name === config.cluster.name);
  const installers = onTheSame.flatMap((other) => (other.config.operators === 'install' ? [other.name] : []));
  const allowed = installers.join(', ');
  if (!names.includes(providedBy))
    return report(`there is no environment "${providedBy}"${guess(providedBy, installers)}`, allowed);
  const provider = all.find((other) => other.name === providedBy);
  if (provider === undefined) return [];
  if (provider.name === name)
    return report('an environment cannot leave its operators to itself; write operators: install');
  if (provider.config.cluster.name !== config.cluster.name) {
    return report(
      `${providedBy} runs on cluster ${provider.config.cluster.name}, this environment on ${config.cluster.name}`,
      allowed,
    );
  }
  return provider.config.operators === 'install'
    ? []
    : report(`${providedBy} does not install operators itself`, allowed);
}
