/**
 * Annotations on everything that holds data: Argo CD asks a person before it removes the object, be it because it
 * left git (`Prune`) or because its Application is deleted (`Delete`).
 * Source: Argo CD docs, Sync Options, "Resource Pruning With Confirmation".
 */
export const KEEP_DATA: Readonly<Record<string, string>> = {
  'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm',
};
