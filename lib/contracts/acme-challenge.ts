import { contract } from '../graph/contract.ts';

/** Pods that answer an ACME server's questions over plain HTTP, through the gateway. Nobody but the gateway asks for it. */
export const acmeChallenge = contract<Record<never, never>, Record<never, never>>(
  'acme-challenge',
  'answers to ACME challenges',
);
