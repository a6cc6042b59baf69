/** What the names of hosts end in here, as far as they can be looked up. Files, versions and fields end otherwise. */
const TOP = '(?:com|org|net|io|dev|cloud|app|ai|co|eu|de|info|internal|local|localhost|example)';
const HOST = new RegExp(`(?<![\\w.@-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+${TOP}(?![\\w-]|\\.\\w)`, 'gi');

/** Names that look like hosts, and that nobody ever looks up. */
const IDENTIFIERS = [
  // Labels, annotations and API groups.
  /(^|\.)(k8s\.io|x-k8s\.io|kubernetes\.io|kubeflow\.org|cnpg\.io|cert-manager\.io|external-secrets\.io|envoyproxy\.io|argoproj\.io|coreos\.com|ray\.io|bitnami\.com|keelson\.dev)$/,
  /^(eks\.amazonaws\.com|iam\.gke\.io)$/,
  // A plugin of CloudNativePG.
  /^barman-cloud\.cloudnative-pg\.io$/,
  // The XML namespace of S3.
  /^s3\.amazonaws\.com$/,
];

/** Every host in a text, or in the texts of data. */
export function hostsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const hosts = [...value.matchAll(HOST)].map(([host]) => host.toLowerCase());
    return hosts.filter((host) => !IDENTIFIERS.some((name) => name.test(host)));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(hostsIn);
}

export const isService = (host: string): boolean => host.endsWith('.svc.cluster.local');
