import type { z } from 'zod';
import type { EnvironmentContext } from '../config/context.ts';
import type { External, Origin } from '../graph/component.ts';

/** What can stand under `external:` in an environment: a contract bound to a managed service. */
export interface ExternalKind<S extends z.ZodType = z.ZodType> {
  /** The contract's id, and the key under `external:`. */
  readonly name: string;
  /** One sentence for the editor's help. */
  readonly summary: string;
  readonly settings: S;
  external(settings: z.output<S>, environment: EnvironmentContext, origin: Origin): External;
}

// biome-ignore lint/suspicious/noExplicitAny: variance: external() takes what this very schema yields
export type AnyExternalKind = ExternalKind<any>;

export const defineExternalKind = <S extends z.ZodType>(kind: ExternalKind<S>): ExternalKind<S> => kind;
