import type { AnyNeed, AnyOffer, ComponentNode, External } from './component.ts';
import type { Contract } from './contract.ts';
import { contract } from './contract.ts';

/** Contracts for tests, by id. */
const contractOf = (id: string): Contract<unknown, unknown> => {
  const known = contracts.get(id) ?? contract<unknown, unknown>(id, `a ${id}`);
  contracts.set(id, known);
  return known;
};
const contracts = new Map<string, Contract<unknown, unknown>>();

export const needs = (id: string, more: Partial<AnyNeed> = {}): AnyNeed => ({
  contract: contractOf(id),
  ask: {},
  why: 'it must',
  ...more,
});

export const offers = (id: string, more: Partial<AnyOffer> = {}): AnyOffer => ({
  contract: contractOf(id),
  ports: [{ name: id, port: 80 }],
  handle: ({ endpoint }) => endpoint,
  ...more,
});

/** A component of which only the name matters. */
export const node = (name: string, more: Partial<ComponentNode> = {}): ComponentNode => ({
  name,
  layer: 'platform',
  namespace: 'platform',
  summary: `What ${name} is.`,
  origin: { file: 'environment.yaml', path: ['components', name] },
  needs: {},
  offers: {},
  credentials: {},
  ...more,
});

export const external = (id: string, more: Partial<External> = {}): External => ({
  name: id,
  summary: `Managed ${id}.`,
  origin: { file: 'environment.yaml', path: ['external', id] },
  addresses: { cidrs: ['10.20.0.0/16'] },
  ports: [80],
  offer: offers(id),
  ...more,
});
