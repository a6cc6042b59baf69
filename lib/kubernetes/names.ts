/** Names and labels as the API server accepts them. Source: kubernetes.io, "Object Names and IDs", "Labels and Selectors". */

interface Form {
  readonly pattern: RegExp;
  readonly longest: number;
  readonly says: string;
}

const LABEL_TEXT = 'lower case letters, digits and hyphens, beginning and ending with a letter or digit';

export const DNS_LABEL: Form = { pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, longest: 63, says: LABEL_TEXT };
const SERVICE: Form = {
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  longest: 63,
  says: 'lower case letters, digits and hyphens, beginning with a letter and ending with a letter or digit',
};
const SUBDOMAIN: Form = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  longest: 253,
  says: `${LABEL_TEXT}, in parts with dots between them`,
};
const PATH_SEGMENT: Form = {
  pattern: /^(?!\.\.?$)[^/%]+$/,
  longest: 253,
  says: 'anything without / and %, but not . or ..',
};
const LABEL_KEY: Form = {
  pattern: /^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$/,
  longest: 63,
  says: 'letters, digits, -, _ and ., beginning and ending with a letter or digit',
};
export const PORT_NAME: Form = {
  pattern: /^(?!.*--)(?=.*[a-z])[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  longest: 15,
  says: 'lower case letters, digits and single hyphens, with at least one letter',
};
export const DATA_KEY: Form = {
  pattern: /^(?!\.\.?$)[-._a-zA-Z0-9]+$/,
  longest: 253,
  says: 'letters, digits, -, _ and .',
};

const RBAC = ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'].map(
  (kind) => [`rbac.authorization.k8s.io/${kind}`, PATH_SEGMENT] as const,
);

/** Kinds whose names are not simply subdomains. */
const FORMS: ReadonlyMap<string, Form> = new Map([
  ['/Namespace', DNS_LABEL],
  ['/Service', SERVICE],
  // Eleven characters are added for the names of its Jobs.
  ['batch/CronJob', { ...SUBDOMAIN, longest: 52 }],
  // The name is a label of its pods.
  ['batch/Job', { ...SUBDOMAIN, longest: 63 }],
  // The name and a hash of ten characters are a label of its pods (controller-revision-hash).
  ['apps/StatefulSet', { ...SUBDOMAIN, longest: 52 }],
  ...RBAC,
]);

/** What is wrong with the name of an object, as the end of a sentence. */
export const nameProblem = (
  groupKind: string,
  name: string,
  longest = Number.POSITIVE_INFINITY,
): string | undefined => {
  const form = FORMS.get(groupKind) ?? SUBDOMAIN;
  return formProblem({ ...form, longest: Math.min(form.longest, longest) }, name);
};

export function formProblem({ pattern, longest, says }: Form, name: string): string | undefined {
  if (name.length > longest) return `has ${name.length} characters; at most ${longest} work`;
  return pattern.test(name) ? undefined : `is not made of ${says}`;
}

/** What is wrong with the key of a label or annotation: an optional prefix, a slash and a name. */
export function keyProblem(key: string): string | undefined {
  const slash = key.indexOf('/');
  const prefix = key.slice(0, Math.max(slash, 0));
  return (slash >= 0 ? formProblem(SUBDOMAIN, prefix) : undefined) ?? formProblem(LABEL_KEY, key.slice(slash + 1));
}

export const labelProblem = (value: string): string | undefined =>
  value === '' ? undefined : formProblem(LABEL_KEY, value);
