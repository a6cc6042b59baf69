import type { ClusterProvider } from './provider.ts';

/**
 * Amazon EKS.
 * A new cluster has no class to rely on: `gp2` is not the default any more since 1.30, Auto Mode makes none at all, and
 * `gp3` exists where somebody made it. So an environment on EKS names its classes.
 * The control plane answers on network interfaces in the cluster's own subnets, port 443, so on private addresses of the
 * VPC, of which EKS allows RFC 1918 and 100.64.0.0/10.
 * Sources: Amazon EKS user guide, "Create a storage class", "View networking requirements", "IAM roles for service accounts";
 * AWS Load Balancer Controller, "Network Load Balancer" (the cluster has to run that controller).
 */
export const eks: ClusterProvider = {
  name: 'eks',
  storageClasses: { block: undefined, shared: undefined },
  apiServer: { cidrs: ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'], port: 443 },
  workloadIdentity: (roleArn) => ({
    serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': roleArn },
    podLabels: {},
  }),
  // Without these the in-tree code makes a Classic Load Balancer, where there still is one.
  loadBalancer: (scheme) => ({
    'service.beta.kubernetes.io/aws-load-balancer-type': 'external',
    'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip',
    'service.beta.kubernetes.io/aws-load-balancer-scheme': scheme,
  }),
};
