import { randomBytes } from 'node:crypto';
import type { ConfigMap, Deployment, Role } from '../../imports/k8s.ts';
import type { AnyComponent } from '../../lib/components/component.ts';
import { notebooksKind } from '../../lib/components/jupyterhub.ts';
import { RANKING, VISION } from '../../lib/constructs/notebooks/testing.ts';
import { oidc } from '../../lib/contracts/oidc.ts';
import { postgres } from '../../lib/contracts/postgres.ts';
import { NOTEBOOK_PORT, type TeamWorkspaceHandle, teamWorkspace } from '../../lib/contracts/team-workspace.ts';
import { offer } from '../../lib/graph/contract.ts';
import { declaredSecret, SecretRef } from '../../lib/graph/credential.ts';
import { node } from '../../lib/graph/testing.ts';
import type { Manifest } from '../../lib/platform/manifest-set.ts';
import { bound, objectsOf, testContext, testGateway } from '../../lib/platform/testing.ts';

export const DATABASE_HOST = 'postgres.example.internal';
export const DATABASE_PASSWORD = `p@ss:w/rd?#%41&'"=\\ $(HOME) {x} é`;
export const LOGIN_HOST = 'login.example.internal';
export const LOGIN_PORT = 5556;
export const CLIENT = { id: 'notebooks', secret: 'a/secret+of=the client' } as const;
export const TEAMS: readonly TeamWorkspaceHandle[] = [RANKING, VISION];

export interface Generated {
  readonly hub: Deployment;
  readonly proxy: Deployment;
  /** By namespace. */
  readonly roles: Readonly<Record<string, Role['rules']>>;
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const team = (workspace: TeamWorkspaceHandle): AnyComponent => ({
  ...node(`team-${workspace.team}`, {
    namespace: workspace.namespace,
    offers: { workspace: offer(teamWorkspace, { ports: [NOTEBOOK_PORT], handle: () => workspace }) },
  }),
  build: () => undefined,
});

/** A cluster with a pool of GPUs that is kept for those who need them. */
const context = () => {
  const plain = testContext();
  const gpus = {
    name: 'gpu',
    instanceType: 'g5.2xlarge',
    cpu: '8',
    memory: '32Gi',
    gpu: { model: 'a10g', count: 1 },
    min: 0,
    max: 4,
    spot: false,
    labels: { 'keelson.dev/pool': 'gpu' },
    taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' as const }],
  };
  const monitoring = { namespace: 'monitoring', release: 'prometheus', kinds: 'present' as const, podLabels: {} };
  return { ...plain, monitoring, cluster: { ...plain.cluster, nodePools: [...plain.cluster.nodePools, gpus] } };
};

/** Settings of a hub that stops servers while one looks on. */
export const SETTINGS = {
  adminGroups: ['platform-admins'],
  sizes: [
    { name: 'small', cpu: '500m', memory: '2Gi' },
    { name: 'a10g', cpu: '4', memory: '16Gi', gpu: { model: 'a10g' } },
  ],
};

/** The component's objects, wired as in an environment with a gateway, two teams, a managed Postgres and a provider. */
export function generate(settings: object = SETTINGS): Generated {
  const [component] = notebooksKind.components(notebooksKind.settings.parse(settings), context(), {
    file: 'verify',
    path: [],
  });
  if (!component) throw new Error('no component');
  const login = `http://${LOGIN_HOST}:${LOGIN_PORT}`;
  const manifests = objectsOf(
    component,
    [testGateway, ...TEAMS.map(team)],
    [
      bound(postgres, {
        endpoint: { host: DATABASE_HOST, port: 5432 },
        database: 'jupyterhub',
        user: 'jupyterhub',
        password: SecretRef.to(declaredSecret('database', ['password'], 'verification'), 'password'),
        sslMode: 'require',
      }),
      bound(oidc, {
        issuer: login,
        insecure: true,
        endpoints: {
          authorization: `${login}/auth`,
          token: `${login}/token`,
          userinfo: `${login}/userinfo`,
          jwks: `${login}/keys`,
        },
        clientId: CLIENT.id,
        clientSecret: SecretRef.to(declaredSecret('oidc', ['clientSecret'], 'verification'), 'clientSecret'),
        scopes: ['openid', 'email', 'groups'],
        usernameClaim: 'email',
        groupsClaim: 'groups',
      }),
    ],
  );
  const hex = () => randomBytes(32).toString('hex');
  return {
    hub: deployment(manifests, 'jupyterhub'),
    proxy: deployment(manifests, 'jupyterhub-proxy'),
    roles: Object.fromEntries(
      manifests
        .filter(({ kind }) => kind === 'Role')
        .map((role) => [role.metadata.namespace ?? '', (role as unknown as Role).rules]),
    ),
    configMaps: Object.fromEntries(
      manifests
        .filter(({ kind }) => kind === 'ConfigMap')
        .map((map) => [map.metadata.name, (map as ConfigMap).data ?? {}]),
    ),
    secrets: {
      database: { password: DATABASE_PASSWORD },
      oidc: { clientSecret: CLIENT.secret },
      'jupyterhub-hub': { cookieSecret: hex(), cryptKey: hex() },
      'jupyterhub-proxy': { token: hex() },
      // What a team's namespace holds.
      'team-vision-tracking': { username: 'team-vision', password: 'tracked' },
    },
  };
}

function deployment(manifests: readonly Manifest[], name: string): Deployment {
  const found = manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);
  if (!found) throw new Error(`no Deployment ${name}`);
  return found as unknown as Deployment;
}
