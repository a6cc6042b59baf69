import { z } from 'zod';
import { KINDS, TEAM_KINDS } from '../components/index.ts';
import { teamSettings } from '../components/team.ts';
import { environmentSchemaOf } from '../config/environment.ts';
import type { LoadedEnvironment, Schemas } from '../config/load.ts';
import { EXTERNAL_KINDS } from '../externals/index.ts';

/** `environments/<name>/environment.yaml`, with a key for every kind that exists. */
export const environmentSchema = environmentSchemaOf(KINDS, EXTERNAL_KINDS);

/** `environments/<name>/teams/<team>.yaml`, with a key for everything that a team can have. */
export const teamSchema = z.strictObject({
  ...teamSettings.shape,
  ...Object.fromEntries(TEAM_KINDS.map(({ name, summary, settings }) => [name, settings.describe(summary).optional()])),
});

/** A team, and what it has by kind. */
type TeamConfig = z.output<typeof teamSettings> & Readonly<Record<string, unknown>>;
export type Environment = LoadedEnvironment<TeamConfig>;

/** What the files below `environments/` are held to. */
export const SCHEMAS: Schemas<TeamConfig> = { environment: environmentSchema, team: teamSchema };
