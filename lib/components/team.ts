export { teamSettings } from './team/settings.ts';
export { teamContext, teamKind } from './team/team.ts';
