export { FEAST_THRESHOLDS, type FeastThresholds, feastAlerts } from './alerts.ts';
export { offlineConnections, REGISTRY_CONNECTIONS, registryConnections } from './connections.ts';
export type { FeastDefinitions } from './definitions.ts';
export { FeatureRegistry, type FeatureRegistryProps } from './feature-registry.ts';
export { type FeastMaterialization, FeatureStore, type FeatureStoreProps } from './feature-store.ts';
export { FeastOperatorStore, type FeastOperatorStoreProps } from './operator-store.ts';
export { FEAST_PORTS } from './ports.ts';
export {
  type FeastAuth,
  type FeastOfflineStore,
  type FeastOnlineStore,
  type FeastRegistry,
  type FeastSettings,
  featureStoreYaml,
  PROJECT,
  STORE_FILE,
} from './settings.ts';
