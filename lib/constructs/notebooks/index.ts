export { HUB_THRESHOLDS, type HubThresholds, hubAlerts, workspaceAlerts } from './alerts.ts';
export { hubDashboard } from './dashboard.ts';
export { HUB_CONNECTIONS } from './database.ts';
export { JupyterHub } from './jupyter-hub.ts';
export { HUB_METRICS_PORT, HUB_PORT, PROXY_API_PORT, PROXY_PORT } from './ports.ts';
export type { JupyterHubProps, NotebookImage, NotebookLimits, NotebookProfile, NotebookSize } from './props.ts';
export { CALLBACK_PATH } from './settings.ts';
