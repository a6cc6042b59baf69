type Annotations = Readonly<Record<string, string>>;

/** A wave is applied when everything in the waves before it is healthy; a Job is when it has succeeded. */
export const syncWave = (wave: number | undefined): Annotations =>
  wave === undefined ? {} : { 'argocd.argoproj.io/sync-wave': String(wave) };

/** Metadata of an object, without an empty map of annotations. */
export const annotated = (name: string, annotations: Annotations) => ({
  name,
  ...(Object.keys(annotations).length > 0 && { annotations: { ...annotations } }),
});
