import { contract } from '../graph/contract.ts';

/** What the server of a notebook needs. */
export interface NotebookHubHandle {
  /** Address of the hub's API, without a trailing slash: `http://<host>:8081/hub/api`. */
  readonly apiUrl: string;
}

/** Who starts notebooks: their servers ask it who may come in, and tell it when they were last used. */
export const notebookHub = contract<Record<never, never>, NotebookHubHandle>('notebook-hub', 'a JupyterHub');
