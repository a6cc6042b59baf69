import type { SecretRef } from '../../graph/credential.ts';
import type { ConfigFiles, ContainerProps, EnvValue, PodProps } from '../workload/index.ts';

/** Where the Python files are that define the features. */
export type FeastDefinitions =
  /** In an image, which holds Feast too and runs everything: what definitions import is then there for the server. */
  | { readonly kind: 'image'; readonly image: string; readonly path: string }
  /** In a git repository, at a commit: a branch could move without the manifests knowing. */
  | {
      readonly kind: 'git';
      /** `https://git.example.com/ml/features.git` */
      readonly url: string;
      /** All 40 digits. */
      readonly commit: string;
      /** Directory of the definitions. Default: the root. */
      readonly path?: string;
      /** For repositories that not everybody may read. */
      readonly token?: SecretRef;
    }
  /** As text, by their paths. */
  | { readonly kind: 'files'; readonly files: Readonly<Record<string, string>> };

/** What a pod needs to have the definitions in a directory that Feast can import from. */
export interface DefinitionsPod {
  readonly directory: string;
  readonly initContainers: readonly ContainerProps[];
  readonly config: readonly ConfigFiles[];
  readonly volumes: NonNullable<PodProps['volumes']>;
  readonly mounts: NonNullable<ContainerProps['mounts']>;
}

const REPOSITORY = '/repository';
const MOUNT = { name: 'repository', mountPath: REPOSITORY } as const;
const SOURCE = '/definitions';
const STEP = 'definitions';
const RESOURCES = { cpu: '50m', memory: '128Mi' } as const;

const CHECKOUT = [
  'cd /repository',
  'git init -q .',
  'git fetch -q --depth=1 "$REPOSITORY_URL" "$REPOSITORY_COMMIT"',
  'git checkout -q FETCH_HEAD',
].join('\n');

/** @param owner Workload the objects are made for. @param image Has Feast, a shell and git. */
export function definitionsPod(owner: string, image: string, definitions: FeastDefinitions): DefinitionsPod {
  switch (definitions.kind) {
    case 'image':
      return { directory: definitions.path, initContainers: [], config: [], volumes: [], mounts: [] };
    case 'git':
      return copied(definitions.path === undefined ? REPOSITORY : `${REPOSITORY}/${definitions.path}`, {
        name: STEP,
        image,
        command: ['sh', '-ec', CHECKOUT],
        env: {
          HOME: '/tmp',
          REPOSITORY_URL: definitions.url,
          REPOSITORY_COMMIT: definitions.commit,
          GIT_TERMINAL_PROMPT: '0',
          ...(definitions.token && tokenEnv(definitions.token)),
        },
        resources: RESOURCES,
        mounts: [MOUNT],
        scratch: [{ path: '/tmp' }],
      });
    case 'files':
      return {
        ...copied(REPOSITORY, {
          name: STEP,
          image,
          // What Kubernetes mounts are links to a directory that begins with two dots, which Python cannot import from.
          command: ['sh', '-ec', `cp -rL ${SOURCE}/[!.]* ${REPOSITORY}/`],
          resources: RESOURCES,
          mounts: [MOUNT],
        }),
        config: [{ name: `${owner}-definitions`, path: SOURCE, files: definitions.files, containers: [STEP] }],
      };
  }
}

const copied = (directory: string, step: ContainerProps): DefinitionsPod => ({
  directory,
  initContainers: [step],
  config: [],
  volumes: [{ name: MOUNT.name, emptyDir: { sizeLimit: '1Gi' } }],
  mounts: [MOUNT],
});

/** The token by way of git's own configuration, so that it is in no argument and no file. */
const tokenEnv = (token: SecretRef): Readonly<Record<string, EnvValue>> => ({
  REPOSITORY_TOKEN: token,
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'credential.helper',
  GIT_CONFIG_VALUE_0: '!f() { echo username=token; echo "password=$REPOSITORY_TOKEN"; }; f',
});
