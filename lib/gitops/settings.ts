import type { EnvironmentConfig } from '../config/environment.ts';

/** Where Argo CD runs and which repository and revision it follows, as the environment says. */
export type ArgoCdSettings = EnvironmentConfig['argocd'];

/** The cluster of an environment, as Argo CD knows it. */
export type Destination = EnvironmentConfig['cluster']['destination'];

/**
 * The cluster that Argo CD itself runs in, by the name that Argo CD gives it: Applications and projects live there,
 * whichever cluster they deploy to.
 */
export const ARGO_CD_CLUSTER = { name: 'in-cluster' } as const satisfies Destination;
