/** The label vocabulary. Nothing here changes with a release: a version label would touch every object of an upgrade. */
export const NAME = 'app.kubernetes.io/name';
export const PART_OF = 'app.kubernetes.io/part-of';
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
export const ENVIRONMENT = 'keelson.dev/environment';
export const TEAM = 'keelson.dev/team';
export const COST_CENTRE = 'keelson.dev/cost-centre';

/** On every object of an environment. */
export const commonLabels = (environment: string, component: string): Readonly<Record<string, string>> => ({
  [NAME]: component,
  [PART_OF]: 'keelson',
  [MANAGED_BY]: 'keelson',
  [ENVIRONMENT]: environment,
});
