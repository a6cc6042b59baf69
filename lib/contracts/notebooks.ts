import { contract } from '../graph/contract.ts';

/** Where people work in notebooks. */
export interface NotebooksHandle {
  /** In a browser; absent where the environment has no gateway. */
  readonly publicUrl?: string;
}

/** Notebooks in the browser. */
export const notebooks = contract<Record<never, never>, NotebooksHandle>('notebooks', 'notebooks in the browser');
