import { z } from 'zod';
import { imageNames } from '../platform/versions.ts';
import { type Cluster, clusterSchema } from './cluster.ts';
import { imageReference, kubernetesName, labels, labelValue } from './scalars.ts';

const PREFIX = 'is not a prefix of namespaces; write it like prod-, ending in a hyphen, at most 18 characters';

const RELEASE = 'is not the name of a release; write it like kube-prometheus-stack';

const argocd = z.strictObject({
  repository: z
    .strictObject({
      url: z
        .string()
        // Braces would be a template to Argo CD; a password would be in the repository that it opens.
        .regex(/^(https:\/\/([^\s{}:@/]+@)?|ssh:\/\/([^\s{}:@/]+@)?|git@)[^\s{}@]+$/, {
          error:
            'is not the URL of a repository; write it like https://git.example.com/ml/platform.git, without a password',
        })
        .describe('URL that Argo CD clones this repository from.'),
      revision: z
        .string()
        .regex(/^[A-Za-z0-9]([A-Za-z0-9._/+@-]*[A-Za-z0-9])?$/, {
          error: 'is not a branch, tag or commit; write it like main or v1.2.0',
        })
        .default('main')
        .describe('Branch, tag or commit that Argo CD follows. Default: main.'),
    })
    .describe('The repository in which dist/ is committed.'),
  namespace: kubernetesName.default('argocd').describe('Namespace that Argo CD runs in. Default: argocd.'),
});

const operators = z
  .union([
    z.literal('install'),
    z.strictObject({
      providedBy: kubernetesName.describe('Environment on the same cluster that installs the operators for both.'),
    }),
  ])
  .default('install');

const monitoring = z.strictObject({
  namespace: kubernetesName.describe('Namespace that Prometheus runs in.'),
  release: labelValue
    .min(1, { error: RELEASE })
    .describe('Helm release of kube-prometheus-stack: monitors carry it as their label.'),
  kinds: z
    .enum(['present', 'install'])
    .default('present')
    .describe(
      'Whether the kinds that monitors are written in are in the cluster already, as a kube-prometheus-stack brings them along (present, the default), or are to be installed with the operators.',
    ),
  podLabels: labels
    .default({ 'app.kubernetes.io/name': 'prometheus' })
    .describe("Labels of Prometheus' pods. Default: those that the Prometheus operator sets."),
});

const images = z
  .partialRecord(z.enum(imageNames()), imageReference)
  .default({})
  .describe(
    'Images of your own in place of those that the platform runs, by its names for them, e.g. ray: the same software in the same version, hardened or with packages of yours. Default: none.',
  );

/** The part of an environment that does not depend on which components exist. */
const shape = {
  namespacePrefix: z
    .string({ error: PREFIX })
    .regex(/^([a-z]([a-z0-9-]{0,16})-)?$/, { error: PREFIX })
    .default('')
    .describe('Put in front of every namespace, so that environments can share a cluster, e.g. prod-. Default: none.'),
  cluster: clusterSchema.describe('The cluster that the environment runs on.'),
  images,
  argocd: argocd.describe('What Argo CD needs to know to sync this environment.'),
  operators: operators.describe(
    'Whether this environment installs the operators of its cluster (install, the default), or another one does.',
  ),
  monitoring: monitoring
    .optional()
    .describe('Where a kube-prometheus-stack runs. Left out: nothing is scraped and no monitors are written.'),
};

/** A validated environment.yaml. Settings of components and externals have the type that their own schema gives them. */
export interface EnvironmentConfig {
  readonly namespacePrefix: string;
  readonly cluster: Cluster;
  readonly images: z.output<typeof images>;
  readonly argocd: z.output<typeof argocd>;
  readonly operators: z.output<typeof operators>;
  readonly monitoring?: z.output<typeof monitoring> | undefined;
  /** Settings by kind; a kind that is not in the environment has no key. */
  readonly components: Readonly<Record<string, unknown>>;
  /** Settings by contract. */
  readonly external: Readonly<Record<string, unknown>>;
}

/** What can stand under `components:` or `external:`, as far as its place in the file is concerned. */
export interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly settings: z.ZodType;
}

/** `environments/<name>/environment.yaml`, with a key for everything that exists. */
export const environmentSchemaOf = (components: readonly Entry[], external: readonly Entry[]) =>
  z.strictObject({
    ...shape,
    components: keyed(components, 'The parts of the platform that this environment has, each with its settings.'),
    external: keyed(external, 'Managed services outside the cluster, by what they offer.'),
  });

/** One optional key for each entry; what is not in the file is not in the environment. */
const keyed = (entries: readonly Entry[], description: string) =>
  orNothing(
    z.strictObject(
      Object.fromEntries(entries.map(({ name, summary, settings }) => [name, orNothing(settings, summary).optional()])),
    ),
    description,
  ).prefault({});

/** In a schema's metadata: nothing may stand behind the key too. */
export const OR_NOTHING = 'orNothing';

/** A key with nothing behind it means its settings' defaults: `mlflow:`. */
const orNothing = <S extends z.ZodType>(settings: S, description: string) =>
  z.preprocess((value) => value ?? {}, settings).meta({ description, [OR_NOTHING]: true });
