import { z } from 'zod';
import { KINDS } from '../components/index.ts';
import { teamSettings } from '../components/team.ts';
import { environmentShape } from '../config/environment.ts';
import type { LoadedEnvironment, Schemas } from '../config/load.ts';
import { EXTERNAL_KINDS } from '../externals/index.ts';

/** A kind as far as its place in the file is concerned. */
interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly settings: z.ZodType;
}

/** Says in the JSON Schema that nothing may stand behind a key too. */
export const OR_NOTHING = 'orNothing';

/** A key with nothing behind it means its settings' defaults: `mlflow:`. */
const orNothing = <S extends z.ZodType>(settings: S, description: string) =>
  z.preprocess((value) => value ?? {}, settings).meta({ description, [OR_NOTHING]: true });

/** One optional key for each kind; what is not in the file is not in the environment. */
const keyed = (kinds: readonly Entry[], description: string) =>
  orNothing(
    z.strictObject(
      Object.fromEntries(kinds.map(({ name, summary, settings }) => [name, orNothing(settings, summary).optional()])),
    ),
    description,
  ).prefault({});

/** `environments/<name>/environment.yaml`, with a key for every kind that exists. */
export const environmentSchema = z.strictObject({
  ...environmentShape,
  components: keyed(KINDS, 'The parts of the platform that this environment has, each with its settings.'),
  external: keyed(EXTERNAL_KINDS, 'Managed services outside the cluster, by what they offer.'),
});

/** `environments/<name>/teams/<team>.yaml`. */
export const teamSchema = teamSettings;

export type Environment = LoadedEnvironment<z.output<typeof teamSchema>>;

export const SCHEMAS: Schemas<z.output<typeof teamSchema>> = { environment: environmentSchema, team: teamSchema };
