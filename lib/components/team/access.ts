import type { EnvironmentContext } from '../../config/context.ts';
import { type Subjects, TenantAccess } from '../../constructs/tenancy/index.ts';
import type { Origin } from '../../graph/component.ts';
import type { AnyComponent } from '../component.ts';
import { defineComponent } from '../component.ts';
import type { TeamSettings } from './settings.ts';

/**
 * Who may do what in a team's namespace. Apart from the team itself, whose objects stay until a person approves that they
 * go: rights end with the merge that takes them away.
 */
export function accessComponents(
  settings: TeamSettings,
  environment: EnvironmentContext,
  origin: Origin,
): readonly AnyComponent[] {
  const { members } = settings;
  const access = {
    view: asKnown(members.viewers, environment),
    edit: asKnown(members, environment),
    admin: asKnown(members.admins, environment),
  };
  if (Object.values(access).every(({ users, groups }) => users.length + groups.length === 0)) return [];
  return [
    defineComponent({
      name: `${settings.name}-access`,
      layer: 'teams',
      namespace: environment.namespace(`team-${settings.name}`),
      summary: `Who may do what in team ${settings.displayName}.`,
      origin,
      podless: true,
      needs: {},
      offers: {},
      credentials: {},
      build(chart) {
        new TenantAccess(chart, 'access', access);
      },
    }),
  ];
}

/** As the API server knows people once its identity provider has said who they are. */
export function asKnown({ users, groups }: Subjects, { cluster }: EnvironmentContext): Subjects {
  const { userPrefix, groupPrefix } = cluster.people;
  return {
    users: users.map((user) => `${userPrefix}${user}`),
    groups: groups.map((group) => `${groupPrefix}${group}`),
  };
}
