import type { OidcHandle } from '../../contracts/oidc.ts';
import type { PostgresHandle } from '../../contracts/postgres.ts';
import type { TeamWorkspaceHandle } from '../../contracts/team-workspace.ts';
import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import type { JupyterHubProps } from './props.ts';

const secret = (key: string) => SecretRef.to(declaredSecret('hub', [key], 'test'), key);

export const DATABASE: PostgresHandle = {
  endpoint: { host: 'postgres.example.com', port: 5432 },
  database: 'jupyterhub',
  user: 'jupyterhub',
  password: secret('password'),
  sslMode: 'require',
};

export const OIDC: OidcHandle = {
  issuer: 'https://login.example.com',
  insecure: false,
  endpoints: {
    authorization: 'https://login.example.com/auth',
    token: 'https://login.example.com/token',
    userinfo: 'https://login.example.com/userinfo',
    jwks: 'https://login.example.com/keys',
  },
  clientId: 'notebooks',
  clientSecret: secret('clientSecret'),
  scopes: ['openid', 'email', 'groups'],
  usernameClaim: 'email',
  groupsClaim: 'groups',
};

export const VISION: TeamWorkspaceHandle = {
  team: 'vision',
  displayName: 'Computer Vision',
  namespace: 'team-vision',
  podLabels: { 'app.kubernetes.io/name': 'team-vision' },
  members: { users: ['zoe@example.com'], groups: ['vision'] },
  limits: { notebooks: 2, gpus: 1 },
  quota: 'team-vision',
  sharedVolume: { claim: 'shared', path: '/mnt/shared' },
  datasets: [{ name: 'imagenet', claim: 'imagenet', path: '/mnt/datasets/imagenet', subPath: '2012' }],
  images: [
    {
      displayName: 'Detection',
      reference: `registry.example.com/vision/notebook@sha256:${'0123456789abcdef'.repeat(4)}`,
    },
  ],
  variables: 'platform',
  secrets: 'platform-secrets',
  serviceAccount: 'team',
};

export const RANKING: TeamWorkspaceHandle = {
  team: 'ranking',
  displayName: 'Ranking',
  namespace: 'team-ranking',
  podLabels: { 'app.kubernetes.io/name': 'team-ranking' },
  members: { users: [], groups: ['ranking', 'search'] },
  limits: {},
  quota: 'team-ranking',
  datasets: [],
  profiles: ['minimal'],
  images: [],
  variables: 'platform',
  secrets: 'platform-secrets',
  serviceAccount: 'team',
};

/** A hub for two teams, of which one may have GPUs. */
export const PROPS: JupyterHubProps = {
  hubImage: 'quay.io/jupyterhub/k8s-hub:4.4.0',
  proxyImage: 'quay.io/jupyterhub/configurable-http-proxy:5.2.0',
  database: DATABASE,
  oidc: OIDC,
  cookieSecret: secret('cookieSecret'),
  cryptKey: secret('cryptKey'),
  proxyToken: secret('token'),
  publicUrl: 'https://notebooks.ml.example.com',
  workspaces: [RANKING, VISION],
  adminGroups: ['platform-admins'],
  profiles: [
    {
      key: 'minimal',
      displayName: 'Python',
      description: 'JupyterLab and Python.',
      images: [
        {
          key: '2026-08-10',
          displayName: '2026-08-10',
          reference: 'quay.io/jupyter/minimal-notebook:2026-08-10',
        },
        {
          key: '2026-04-02',
          displayName: '2026-04-02',
          reference: 'quay.io/jupyter/minimal-notebook:2026-04-02',
        },
      ],
      sizes: ['small'],
    },
    {
      key: 'pytorch-gpu',
      displayName: 'PyTorch on GPU',
      description: 'PyTorch with CUDA.',
      images: [
        {
          key: 'cuda12-2026-08-03',
          displayName: 'cuda12-2026-08-03',
          reference: 'quay.io/jupyter/pytorch-notebook:cuda12-2026-08-03',
        },
      ],
      sizes: ['a10g'],
    },
  ],
  sizes: [
    { key: 'small', displayName: '500m CPU, 2Gi memory', cpu: '500m', memory: '2Gi' },
    {
      key: 'a10g',
      displayName: '4 CPU, 16Gi memory, 1 × a10g',
      cpu: '4',
      memory: '16Gi',
      gpu: { resource: 'nvidia.com/gpu', count: 1 },
      placement: {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'keelson.dev/pool', operator: 'In', values: ['gpu'] }] }],
            },
          },
        },
        tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
      },
    },
  ],
};
