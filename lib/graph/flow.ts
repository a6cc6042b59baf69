import type { Labels } from './component.ts';
import type { Port } from './contract.ts';

/** One end of a flow, as a NetworkPolicy can name it. */
export type Peer =
  | {
      readonly kind: 'pods';
      /** For people: the component's or operator's name. */
      readonly name: string;
      /** Absent: pods of every namespace of the platform, on whatever environment of the cluster. */
      readonly namespace: string | undefined;
      readonly labels: Labels;
    }
  | {
      readonly kind: 'addresses';
      readonly name: string;
      readonly cidrs: readonly string[];
      readonly except?: readonly string[];
    };

export interface FlowPort {
  /** Port of the pod, not of the Service: policies apply after address translation. */
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** Traffic that is allowed, and why. Everything else is denied. */
export interface Flow {
  readonly from: Peer;
  readonly to: Peer;
  readonly ports: readonly FlowPort[] | 'all';
  readonly why: string;
  /**
   * `need`: a component asked for it in the graph; `role`: it follows from what a component is (exposed, replicated,
   * looked after by an operator); `ambient`: its other end is something that every cluster has.
   */
  readonly origin: 'need' | 'role' | 'ambient';
}

export const flowPort = (port: Port): FlowPort => ({
  port: port.targetPort ?? port.port,
  protocol: port.protocol ?? 'TCP',
});
export const tcp = (port: number): FlowPort => ({ port, protocol: 'TCP' });

/** Ports as people read them. */
export const portNumbers = (ports: Flow['ports']): readonly (number | 'all')[] =>
  ports === 'all' ? [ports] : ports.map(({ port }) => port);
