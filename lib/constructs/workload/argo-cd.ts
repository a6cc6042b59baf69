type Annotations = Readonly<Record<string, string>>;

/**
 * On everything that holds data: Argo CD asks a person before it removes the object, be it because it left git
 * (`Prune`) or because its Application is deleted (`Delete`).
 * Source: Argo CD docs, Sync Options, "Resource Pruning With Confirmation".
 */
export const KEEP_DATA: Annotations = { 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm' };

/** A wave is applied when everything in the waves before it is healthy; a Job is when it has succeeded. */
export const syncWave = (wave: number | undefined): Annotations =>
  wave === undefined ? {} : { 'argocd.argoproj.io/sync-wave': String(wave) };

/** Metadata of an object, without an empty map of annotations. */
export const annotated = (name: string, annotations: Annotations) => ({
  name,
  ...(Object.keys(annotations).length > 0 && { annotations: { ...annotations } }),
});
