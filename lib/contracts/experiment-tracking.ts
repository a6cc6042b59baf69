import { contract } from '../graph/contract.ts';
import type { SecretRef } from '../graph/credential.ts';

/** What an MLflow client needs. */
export interface ExperimentTrackingHandle {
  /** `MLFLOW_TRACKING_URI` inside the cluster. */
  readonly trackingUri: string;
  /** Where people open it in a browser; absent where the environment has no gateway. */
  readonly publicUrl?: string;
  /** `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`, where the server asks for a login. */
  readonly login?: { readonly username: SecretRef; readonly password: SecretRef };
}

/** Runs, metrics, models: an MLflow tracking server. */
export const experimentTracking = contract<Record<never, never>, ExperimentTrackingHandle>(
  'experiment-tracking',
  'an MLflow tracking server',
);
