import type { EnvironmentContext } from '../../config/context.ts';
import type { TeamWorkspaceHandle } from '../../contracts/team-workspace.ts';
import type { TeamSettings } from './settings.ts';
import { TEAM_ACCOUNT } from './tenancy.ts';
import { datasetsOf, SHARED_CLAIM, SHARED_PATH } from './volumes.ts';

interface Place {
  readonly environment: EnvironmentContext;
  /** Of the component: of its quota, and of what marks its pods. */
  readonly name: string;
  readonly namespace: string;
  readonly variables: string;
  readonly secrets: string;
}

/** The team as whoever starts its notebooks knows it. Those who may only look are no members there. */
export function workspaceOf(settings: TeamSettings, place: Place): TeamWorkspaceHandle {
  const { members, perUser, sharedVolume, notebookProfiles } = settings;
  const { name, namespace, variables, secrets, environment } = place;
  return {
    team: settings.name,
    displayName: settings.displayName,
    namespace,
    podLabels: {
      'app.kubernetes.io/name': name,
      // AKS gives its token to no pod without a label. The name of the identity makes no difference to it.
      ...(settings.bucket && environment.provider.workloadIdentity?.(TEAM_ACCOUNT).podLabels),
    },
    members: {
      users: [...new Set([...members.users, ...members.admins.users])],
      groups: [...new Set([...members.groups, ...members.admins.groups])],
    },
    limits: {
      ...(perUser.notebooks !== undefined && { notebooks: perUser.notebooks }),
      ...(perUser.gpus !== undefined && { gpus: perUser.gpus }),
    },
    quota: name,
    ...(sharedVolume && { sharedVolume: { claim: SHARED_CLAIM, path: SHARED_PATH } }),
    datasets: datasetsOf(settings),
    ...(notebookProfiles && { profiles: notebookProfiles }),
    images: settings.notebookImages,
    variables,
    secrets,
    serviceAccount: TEAM_ACCOUNT,
  };
}
