import { podRequests } from '../kubernetes/pod-requests.ts';
import type { Fields } from '../kubernetes/read.ts';
import { dig, fields, list, text } from '../kubernetes/read.ts';
import type { NodePool, Taint } from '../scheduling/node-pool.ts';
import { INSTANCE_TYPE, offeredBy, repelling } from '../scheduling/node-pool.ts';
import { objectName } from './check.ts';
import { specField } from './references.ts';
import { rule } from './rule.ts';

export const podsFitANodePool = rule({
  name: 'pods-fit-a-node-pool',
  why: 'A pod that no node can hold stays pending, and nothing says so before it is merged.',
  ofSettings: true,
  check({ templates, facts: { nodePools } }, report) {
    for (const template of templates) {
      const asked = podRequests(template.spec);
      const misfits = nodePools.map((pool) => misfit(template.spec, asked, pool));
      if (misfits.some((reason) => reason === undefined)) continue;
      const reasons = nodePools.map(({ name }, index) => `"${name}" ${misfits[index]}`).join('; ');
      report(
        template.entry,
        `${specField(template)} of ${objectName(template.entry)} fits no node pool of the cluster: ${reasons}`,
        'let its pods ask for less, tolerate the taints of a pool, or describe the nodes it is meant for in cluster.nodePools',
      );
    }
  },
});

/** Why the pods of a pool's nodes cannot be these; undefined when they can. */
function misfit(spec: Fields, asked: ReadonlyMap<string, number>, pool: NodePool): string | undefined {
  const taint = repelling(pool).find((one) => !list(spec.tolerations).some((toleration) => tolerates(toleration, one)));
  if (taint) return `has the taint ${taint.key}, which they do not tolerate`;
  const label = mismatch(spec, pool);
  if (label !== undefined) return `is not where ${label} sends them`;
  const offered = offeredBy(pool);
  for (const [resource, amount] of asked) {
    const there = offered.get(resource);
    // Disk is not described; a device that is not there is none.
    if (there === undefined && !resource.includes('/')) continue;
    if (amount > (there ?? 0)) return `has less ${resource} a node`;
  }
  return undefined;
}

/** Source: kubernetes.io, "Taints and Tolerations". */
function tolerates(toleration: unknown, taint: Taint): boolean {
  const { key, operator, value, effect } = fields(toleration);
  if (effect !== undefined && effect !== '' && effect !== taint.effect) return false;
  if (key === undefined || key === '') return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || (text(value) ?? '') === (taint.value ?? ''));
}

/** The part of the pod that asks for other nodes than a pool's. Labels that no pool speaks of may be anywhere. */
function mismatch(spec: Fields, pool: NodePool): string | undefined {
  const labels: Readonly<Record<string, string>> = { [INSTANCE_TYPE]: pool.instanceType, ...pool.labels };
  for (const [key, value] of Object.entries(fields(spec.nodeSelector))) {
    if (isKnown(key, labels) && labels[key] !== value) return 'nodeSelector';
  }
  const terms = list(
    dig(spec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'),
  );
  const matches = (term: unknown): boolean =>
    list(dig(term, 'matchExpressions')).every((expression) => expressionMatches(expression, labels));
  return terms.length > 0 && !terms.some(matches) ? 'nodeAffinity' : undefined;
}

/** Of labels that a pool does not have, its own and the machine's are known not to match; the kubelet's others are unknown. */
const isKnown = (key: string, labels: Readonly<Record<string, string>>): boolean =>
  key in labels || !/(^|\.)(kubernetes|k8s)\.io\//.test(key);

function expressionMatches(expression: unknown, labels: Readonly<Record<string, string>>): boolean {
  const { key, operator, values } = fields(expression);
  const name = text(key) ?? '';
  if (!isKnown(name, labels)) return true;
  const value = labels[name];
  switch (operator) {
    case 'In':
      return value !== undefined && list(values).includes(value);
    case 'NotIn':
      return value === undefined || !list(values).includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return true;
  }
}
