import { PROVIDERS, type ProviderName } from '../../clusters/provider.ts';
import { VALIDATED_MINORS } from '../../config/cluster.ts';
import { hostName, kubernetesName } from '../../config/scalars.ts';
import type { OptionOf } from './arguments.ts';
import type { Question } from './questions.ts';
import { ownerProblem } from './team-file.ts';
import { scalar } from './yaml-text.ts';

type Option = OptionOf<'environment'>;

const isProvider = (text: string): text is ProviderName => PROVIDERS.some((provider) => provider === text);

/** Stands where a person has to write something else before the environment can work. */
export const CHANGE = 'CHANGE';

/** What differs by provider in a first environment. */
interface Start {
  readonly region: string;
  readonly storage: string;
  readonly pool: string;
  secrets(region: string): string;
  readonly gateway: string;
  /** Of what is kept in the cluster itself. */
  readonly data: string;
}

const CLOUD_DATA = `  # PostgreSQL in the cluster, backed up to the object store.
  postgres:
    backups: {}

  # The object store: four servers on four nodes. external.object-store takes a bucket of the cloud in its place.
  minio:
    storage:
      size: 50Gi
`;
const LAPTOP_DATA = `  postgres:
    instances: 1
    storage:
      size: 2Gi
    resources:
      cpu: 100m
      memory: 512Mi

  minio:
    servers: 1
    storage:
      size: 5Gi
    resources:
      cpu: 100m
      memory: 512Mi
`;
const CLOUD_GATEWAY = `  # Lets people in: a load balancer in the company's network. The certificate is its own until tls names an issuer.
  gateway:
    tls:
      issuer: self-signed
`;
const LAPTOP_GATEWAY = `  # Lets a browser in, at port 30080 of the node.
  gateway:
    replicas: 1
    service:
      type: NodePort
      http: 30080
    tls:
      issuer: none
`;
const LAPTOP_SECRETS = `  # Passwords are made in the cluster, once. Nobody knows them.
  secrets:
    source: generated
`;
const pool = (instanceType: string, cpu: string, memory: string, max: number, min = 3): string => `    - name: general
      # What a node offers to pods, which is less than it has. ${CHANGE} it to what your nodes are.
      instanceType: ${instanceType}
      cpu: ${cpu}
      memory: ${memory}
      min: ${min}
      max: ${max}
`;
const laptop = { region: '', storage: '', secrets: () => LAPTOP_SECRETS, gateway: LAPTOP_GATEWAY, data: LAPTOP_DATA };
const cloud = { gateway: CLOUD_GATEWAY, data: CLOUD_DATA };

const STARTS: Readonly<Record<ProviderName, Start>> = {
  kind: { ...laptop, pool: pool('kind', '4', '8Gi', 1, 1) },
  minikube: { ...laptop, pool: pool('minikube', '4', '8Gi', 1, 1) },
  eks: {
    ...cloud,
    region: 'eu-central-1',
    storage: `  storageClasses:
    # EKS has none that it brings along: ${CHANGE} them to what was made with the cluster.
    block: gp3
    shared: efs
`,
    pool: pool('m7i.2xlarge', '7910m', '29Gi', 10),
    secrets: () => `  # Passwords are kept in AWS Secrets Manager.
  secrets:
    source: external-secrets
    provider: aws
    # ${CHANGE}: the role that may read them; it trusts the ServiceAccounts "credentials".
    identity: arn:aws:iam::111122223333:role/keelson-secrets
`,
  },
  gke: {
    ...cloud,
    region: 'europe-west1',
    storage: '',
    pool: pool('n2-standard-8', '7910m', '28Gi', 10),
    secrets: (region) => `  # Passwords are kept in Google Secret Manager.
  secrets:
    source: external-secrets
    provider: gcp
    # ${CHANGE}: the project, and the service account that may read them there.
    project: example
    identity: keelson-secrets@example.iam.gserviceaccount.com
    clusterLocation: ${region}
`,
  },
  aks: {
    ...cloud,
    region: 'westeurope',
    storage: '',
    pool: pool('Standard_D8s_v5', '7820m', '27Gi', 10),
    secrets: () => `  # Passwords are kept in Azure Key Vault.
  secrets:
    source: external-secrets
    provider: azure
    # ${CHANGE}: the vault, its tenant, and the client ID of the managed identity that may read it.
    vaultUrl: https://example.vault.azure.net
    tenant: 11111111-2222-4333-8444-555555555555
    identity: 11111111-2222-4333-8444-555555555555
`,
  },
};

const says =
  (schema: typeof hostName | typeof kubernetesName) =>
  (answer: string): string | undefined =>
    schema.safeParse(answer).error?.issues[0]?.message;

export function environmentQuestions(name: string): Question<Option>[] {
  const { oldest, newest } = VALIDATED_MINORS;
  return [
    {
      option: 'provider',
      text: `Where its cluster runs (${PROVIDERS.join(', ')})`,
      wrong: (answer) => (isProvider(answer) ? undefined : `is not known; write one of ${PROVIDERS.join(', ')}`),
    },
    { option: 'cluster', text: 'Name of its cluster', otherwise: name, wrong: says(kubernetesName) },
    {
      option: 'domain',
      text: 'Domain below which its components appear',
      otherwise: `${name}.ml.example.com`,
      wrong: says(hostName),
    },
    {
      option: 'region',
      text: 'Region of the provider',
      otherwise: '',
      wrong: (answer) => (/^[a-z0-9-]+$/.test(answer) ? undefined : 'is not a region; write it like eu-central-1'),
    },
    {
      option: 'kubernetes-version',
      text: 'Version of Kubernetes',
      otherwise: '1.34',
      wrong: (answer) => {
        const minor = /^1\.([0-9]+)$/.exec(answer)?.[1];
        const fits = minor !== undefined && Number(minor) >= oldest && Number(minor) <= newest;
        return fits ? undefined : `is not a version from 1.${oldest} to 1.${newest}`;
      },
    },
    { option: 'owner', text: 'Who reviews changes of its files, like @example/ml-platform', wrong: ownerProblem },
  ];
}

/** An environment that can be synthesized as it is, and says what has to be changed before it can run. */
export function environmentFile(said: (option: Option) => string): string {
  const provider = said('provider');
  if (!isProvider(provider)) throw new Error(`no provider is called "${provider}"`);
  const start = STARTS[provider];
  const region = said('region') || start.region;
  return `# yaml-language-server: $schema=../../schemas/environment.schema.json
#
# What differs from environments/defaults.yaml. Editors know every key, and complete them.

cluster:
  # Environments that write the same name share one cluster, and agree about it.
  name: ${scalar(said('cluster'))}
  provider: ${provider}
  kubernetesVersion: "${said('kubernetes-version')}"
${region === '' ? '' : `  region: ${scalar(region)}\n`}  # MLflow appears as mlflow.${said('domain')}.
  domain: ${scalar(said('domain'))}
${start.storage}  # In the order in which they are to be tried.
  nodePools:
${start.pool}
# Where a kube-prometheus-stack runs, if one does:
# monitoring:
#   namespace: monitoring
#   release: kube-prometheus-stack

# The parts of the platform, each with what differs from its defaults.
components:
${start.secrets(region)}
${start.gateway}
  # Tracks experiments and registers models.
${provider === 'kind' || provider === 'minikube' ? LAPTOP_MLFLOW : '  mlflow: {}\n'}
${start.data}`;
}

const LAPTOP_MLFLOW = `  mlflow:
    replicas: 1
    workers: 1
    resources:
      cpu: 100m
      memory: 1Gi
`;
