/** What a component tells the culler of Kubeflow's notebooks, through the operator that brings it. */
export const KUBEFLOW_CULLER = {
  operator: 'kubeflow-notebooks',
  /** How long no kernel may be busy before a notebook is stopped: `90m`. */
  idle: 'idle',
} as const;

/** Where nobody says. */
export const KUBEFLOW_IDLE = '4h';
