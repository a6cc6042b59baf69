/**
 * Names of Argo CD objects. All environments that one Argo CD serves share its namespace, so the names must not meet:
 * environments, components and clusters are DNS labels, which have no dots, and the dot keeps them apart. With a hyphen
 * the team `eu-research` of `prod` and the team `research` of `prod-eu` would be one Application.
 */

/** Application of a component, or of an operator's chart: `prod.mlflow`. */
export const applicationName = (environment: string, component: string): string => `${environment}.${component}`;

/** Application that holds the Applications of an environment's operators. Has no dot: no component's name meets it. */
export const operatorsApplicationName = (environment: string): string => `${environment}-operators`;

/** Application that a person applies once per cluster. */
export const bootstrapApplicationName = (cluster: string): string => `${cluster}-bootstrap`;

/** Project of an environment's components: the environment's own name. */
export const projectName = (environment: string): string => environment;

/** Project of the charts that an environment's operators come from. */
export const operatorsProjectName = (environment: string): string => `${environment}.operators`;

/** Project of what Argo CD is given for a cluster. */
export const bootstrapProjectName = (cluster: string): string => `${cluster}.bootstrap`;
