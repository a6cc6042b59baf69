/** Annotation in which an object tells Argo CD how it is to be synced, its options with commas between. */
export const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options';

/**
 * With both, Argo CD asks a person before it removes an object, be it because it left git (`Prune`) or because its
 * Application is deleted (`Delete`); the answer is `argocd.argoproj.io/deletion-approved` on the Application.
 * Source: Argo CD docs, Sync Options, "Resource Pruning With Confirmation".
 */
export const CONFIRMED_REMOVAL = ['Prune=confirm', 'Delete=confirm'] as const;

/** On everything that holds data, or that others go with. */
export const ASK_BEFORE_REMOVAL = { [SYNC_OPTIONS]: CONFIRMED_REMOVAL.join(',') } as const;
