import type { KustomizePatch } from './operator.ts';

interface DeploymentPatch {
  readonly deployment: string;
  readonly container: string;
  readonly image: string;
  readonly resources: Readonly<Record<string, unknown>>;
}

/** Image and resources of the one container of a Deployment, and a root file system that it cannot write. */
export const deploymentPatch = ({ deployment, container, image, resources }: DeploymentPatch): KustomizePatch => ({
  target: { kind: 'Deployment', name: deployment },
  patch: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: deployment },
    spec: {
      template: {
        spec: {
          containers: [{ name: container, image, resources, securityContext: { readOnlyRootFilesystem: true } }],
        },
      },
    },
  },
});

/** Takes an object of upstream's away that the platform makes itself: a Namespace, a NetworkPolicy. */
export const withoutObject = (apiVersion: string, kind: string, name: string): KustomizePatch => ({
  target: { kind, name },
  patch: { $patch: 'delete', apiVersion, kind, metadata: { name } },
});
