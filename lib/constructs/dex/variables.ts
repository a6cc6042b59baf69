import type { SecretRef } from '../../graph/credential.ts';
import type { EnvValue } from '../workload/index.ts';

/**
 * Dex replaces `$NAME` and `${NAME}` in what it reads of storages and connectors, and there only, so a dollar sign that
 * is meant has to be a variable too. Source: Dex, cmd/dex/config.go, DEX_EXPAND_ENV.
 */
export const DOLLAR = 'DOLLAR';

/** Text that reaches Dex as it is here. */
export const literal = (text: string): string => text.replaceAll('$', `\${${DOLLAR}}`);

export const DATABASE_PASSWORD = 'DATABASE_PASSWORD';
/** Names are DNS labels, so no two become the same variable. */
export const clientSecretVariable = (id: string): string => `CLIENT_SECRET_${variable(id)}`;
export const connectorSecretVariable = (id: string): string => `CONNECTOR_SECRET_${variable(id)}`;

export const use = (name: string): string => `\${${name}}`;

const variable = (id: string): string => id.toUpperCase().replaceAll('-', '_');

/** Every variable that the configuration uses. */
export const variables = (
  database: SecretRef,
  secrets: readonly (readonly [name: string, secret: SecretRef])[],
): Readonly<Record<string, EnvValue>> => ({
  [DOLLAR]: '$',
  [DATABASE_PASSWORD]: database,
  ...Object.fromEntries(secrets),
});
