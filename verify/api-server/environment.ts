import { POD_SECURITY_REASON } from '../../lib/derive/namespaces.ts';
import { fields } from '../../lib/kubernetes/read.ts';
import { type Applier, type Finding, finding } from './apply.ts';
import { accepted, messageOf } from './client.ts';
import { changes, type Difference, differences } from './difference.ts';
import { type KubernetesObject, nameOf, type Written } from './manifests.ts';
import { podsOf } from './pods.ts';
import { privilegedPod } from './self-check.ts';

export interface Verdict {
  readonly accepted: number;
  readonly early: readonly Written[];
  /** Pods that pod templates make, and that admission lets in. */
  readonly pods: number;
  /** Namespaces that were seen to refuse a privileged pod. */
  readonly guarded: number;
  readonly findings: readonly Finding[];
  /** Why warnings were expected, once for each. */
  readonly expected: readonly string[];
  readonly differences: readonly (readonly [kind: string, difference: Difference])[];
}

/** Of a namespace: the level that Pod Security holds its pods to. */
const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** Puts the manifests of one environment to every proof. */
export async function judge(applier: Applier, manifests: readonly Written[]): Promise<Verdict> {
  const findings: Finding[] = duplicates(manifests);
  const { stored, findings: refusals, early, expected } = await applier.apply(manifests);
  const reasons = [...expected];
  findings.push(...refusals);
  const taken = [...stored.keys()];

  const differing: (readonly [string, Difference])[] = [];
  const before = new Map<Written, KubernetesObject>();
  await each(taken, async (manifest) => {
    const live = await applier.read(manifest.object);
    before.set(manifest, live);
    for (const difference of differences(manifest.object, live)) {
      differing.push([manifest.object.kind, difference]);
      if (difference.how === 'lost') {
        const value = JSON.stringify(difference.written);
        findings.push(finding(manifest, `not stored, and no word about it: ${difference.path}: ${value}`));
      }
    }
  });

  await each(taken, async (manifest) => {
    const problem = await applyAgain(applier, manifest, before.get(manifest));
    if (problem !== undefined) findings.push(finding(manifest, problem));
  });

  const pods = taken.flatMap((manifest) => podsOf(manifest.object).map((templated) => ({ manifest, ...templated })));
  await each(pods, async ({ manifest, path, pod }) => {
    const answer = await applier.tryToCreate(pod, pod);
    const say = (message: string) => findings.push(finding(manifest, `a pod of ${path}: ${message}`));
    if (!accepted(answer)) say(`refused: ${messageOf(answer)}`);
    const warnings = applier.judgeWarnings(pod, answer);
    for (const text of warnings.unexpected) say(`warning: ${text}`);
    reasons.push(...warnings.reasons);
  });

  const namespaces = taken.filter(({ object }) => object.kind === 'Namespace');
  const guarded = namespaces.filter(({ object: { metadata } }) => {
    const reasoned = fields(metadata.annotations)[POD_SECURITY_REASON] !== undefined;
    return !(reasoned && fields(metadata.labels)[ENFORCE] === 'privileged');
  });
  await each(guarded, async (namespace) => {
    const answer = await applier.tryToCreate(...privilegedPod(namespace.object.metadata.name));
    const reason = accepted(answer) ? 'it is let in' : messageOf(answer);
    if (!/violates PodSecurity/.test(reason)) {
      findings.push(finding(namespace, `a privileged pod is not refused by Pod Security: ${reason}`));
    }
  });
  return {
    accepted: stored.size,
    early,
    pods: pods.length,
    guarded: guarded.length,
    findings: findings.sort((a, b) => a.file.localeCompare(b.file, 'en')),
    differences: differing,
    expected: reasons,
  };
}

/**
 * What is wrong when the object is applied once more, and once more again. The first time the API server may write the
 * defaults it has shown so far, such as the status that Gateway API gives to what no controller has seen yet; the
 * object must read the same, and from then on it must not be written.
 */
async function applyAgain(
  applier: Applier,
  manifest: Written,
  before: KubernetesObject | undefined,
): Promise<string | undefined> {
  const second = await applier.send(manifest);
  if (!accepted(second)) return `refused the second time: ${messageOf(second)}`;
  const after = second.body as KubernetesObject;
  if (before === undefined || versionOf(after) === versionOf(before)) return undefined;
  const changed = changes(before, after);
  if (changed.length > 0) return `applying it again changes ${changed.join(', ')}`;
  const third = await applier.send(manifest);
  const settled = accepted(third) && versionOf(third.body as KubernetesObject) === versionOf(after);
  return settled ? undefined : 'every time it is applied it is written anew';
}

const versionOf = ({ metadata }: KubernetesObject): string | undefined => metadata.resourceVersion;

function duplicates(manifests: readonly Written[]): Finding[] {
  const first = new Map<string, Written>();
  return manifests.flatMap((manifest) => {
    const name = `${manifest.object.apiVersion} ${nameOf(manifest.object)}`;
    const other = first.get(name);
    if (!other) first.set(name, manifest);
    return other ? [finding(manifest, `is also in ${other.file}`)] : [];
  });
}

const each = <T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> => Promise.all(items.map(act));
