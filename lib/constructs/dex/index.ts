export { type DexAlertsProps, dexAlerts } from './alerts.ts';
export {
  DEX_LIFETIMES,
  type DexClient,
  type DexLifetimes,
  type DexStaticUser,
} from './config.ts';
export {
  connectorDestination,
  type DexConnector,
  type GithubConnector,
  type GithubOrganization,
  type GoogleConnector,
  type LdapConnector,
  type MicrosoftConnector,
  type OidcConnector,
  type SamlConnector,
} from './connectors.ts';
export { Dex, type DexProps, dexConnections } from './dex.ts';
export { DEX_PORT, DEX_TELEMETRY_PORT } from './ports.ts';
