/** The hub's API and pages; servers of notebooks ask it who may come in. */
export const HUB_PORT = { name: 'hub', port: 8081 } as const;
/** Metrics of hub and keeper, which the proxy does not show to the world. */
export const HUB_METRICS_PORT = { name: 'metrics', port: 8082 } as const;
/** Where browsers come in. */
export const PROXY_PORT = { name: 'http', port: 80, targetPort: 8000 } as const;
/** Where the hub tells the proxy which server is where. */
export const PROXY_API_PORT = { name: 'api', port: 8001 } as const;
