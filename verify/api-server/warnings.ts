/** Warnings that tell us nothing new, and why. */
const EXPECTED: readonly (readonly [warning: RegExp, reason: string])[] = [
  [
    /^metadata\.finalizers: "resources-finalizer\.argocd\.argoproj\.io": prefer a domain-qualified finalizer name/,
    'Argo CD knows the finalizer of a project, and drops that of an Application without a cluster, under this name alone',
  ],
];

/** Why a warning is expected of an object in a namespace that says why it is less than `restricted`, or in another. */
export function expected(warning: string, excepted: boolean): string | undefined {
  if (excepted && /^would violate PodSecurity/.test(warning))
    return 'the namespace says why it is less than restricted';
  return EXPECTED.find(([pattern]) => pattern.test(warning))?.[1];
}
