import { fields } from '../../lib/kubernetes/read.ts';
import type { Applier, Finding } from './apply.ts';
import { accepted, messageOf } from './client.ts';
import { type Difference, differences } from './difference.ts';
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
  readonly differences: readonly (readonly [kind: string, difference: Difference])[];
}

const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** Puts the manifests of one environment to every proof. */
export async function judge(applier: Applier, manifests: readonly Written[]): Promise<Verdict> {
  const findings: Finding[] = duplicates(manifests);
  const { stored, findings: refusals, early } = await applier.apply(manifests);
  findings.push(...refusals);
  const taken = [...stored.keys()];

  const differing: (readonly [string, Difference])[] = [];
  const versions = new Map<Written, string | undefined>();
  await each(taken, async (manifest) => {
    const live = await applier.read(manifest.object);
    versions.set(manifest, live.metadata.resourceVersion);
    for (const difference of differences(manifest.object, live)) {
      differing.push([manifest.object.kind, difference]);
      if (difference.how === 'lost') {
        const value = JSON.stringify(difference.written);
        findings.push(finding(manifest, `not stored, and no word about it: ${difference.path}: ${value}`));
      }
    }
  });

  await each(taken, async (manifest) => {
    const answer = await applier.send(manifest);
    const version = accepted(answer) ? (answer.body as KubernetesObject).metadata.resourceVersion : undefined;
    if (version === undefined) findings.push(finding(manifest, `refused the second time: ${messageOf(answer)}`));
    else if (version !== versions.get(manifest)) findings.push(finding(manifest, 'applying it again changes it'));
  });

  const pods = taken.flatMap((manifest) => podsOf(manifest.object).map((templated) => ({ manifest, ...templated })));
  await each(pods, async ({ manifest, path, pod }) => {
    const answer = await applier.tryToCreate(pod, pod);
    const say = (message: string) => findings.push(finding(manifest, `a pod of ${path} is ${message}`));
    if (!accepted(answer)) say(`refused: ${messageOf(answer)}`);
  });

  const namespaces = taken.filter(({ object }) => object.kind === 'Namespace');
  const levels = namespaces.map((namespace) => fields(namespace.object.metadata.labels)[ENFORCE]);
  const guarded = namespaces.filter((_, index) => levels[index] !== 'privileged');
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
  };
}

const finding = (manifest: Written, message: string): Finding => ({
  file: manifest.file,
  object: nameOf(manifest.object),
  message,
});

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
