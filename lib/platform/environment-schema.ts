import type { z } from 'zod';
import { KINDS } from '../components/index.ts';
import { teamSettings } from '../components/team.ts';
import { environmentSchemaOf } from '../config/environment.ts';
import type { LoadedEnvironment, Schemas } from '../config/load.ts';
import { EXTERNAL_KINDS } from '../externals/index.ts';

/** `environments/<name>/environment.yaml`, with a key for every kind that exists. */
export const environmentSchema = environmentSchemaOf(KINDS, EXTERNAL_KINDS);

/** `environments/<name>/teams/<team>.yaml`. */
export const teamSchema = teamSettings;

type TeamSettings = z.output<typeof teamSchema>;
export type Environment = LoadedEnvironment<TeamSettings>;

/** What the files below `environments/` are held to. */
export const SCHEMAS: Schemas<TeamSettings> = { environment: environmentSchema, team: teamSchema };
