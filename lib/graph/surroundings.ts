import type { Labels } from './component.ts';

/**
 * Parties that every cluster has without anybody declaring them. Traffic with them is added by derivation only,
 * and only where a component says why (`Ambient`) or where it cannot do without (DNS).
 *
 * The kubelet is missing on purpose: traffic between a pod and its own node is always allowed, whatever the
 * policies say. Source: kubernetes.io, "Network Policies", the section on isolation.
 */
export interface Surroundings {
  readonly dns: {
    readonly namespace: string;
    readonly labels: Labels;
    /** Address of NodeLocal DNSCache, which answers on the node itself. */
    readonly nodeLocal: string | undefined;
  };
  readonly apiServer: { readonly cidrs: readonly string[]; readonly port: number };
  /** Absent where the environment has no monitoring. */
  readonly prometheus: { readonly namespace: string; readonly labels: Labels; readonly release: string } | undefined;
}

/** CoreDNS and kube-dns both carry these in every distribution. Source: kubernetes.io, "Debugging DNS Resolution". */
export const CLUSTER_DNS = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } } as const;

/** What "the internet" leaves out: private, shared, loopback, link-local (with the cloud metadata service) and multicast ranges. */
export const PRIVATE_RANGES = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/4',
] as const;

export const ANYWHERE = '0.0.0.0/0';
