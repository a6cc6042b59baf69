import type { Alert } from './alert.ts';
import type { Contract, Need, Offer, Port } from './contract.ts';
import type { CredentialSpec } from './credential.ts';
import type { Dashboard } from './dashboard.ts';
import type { Demand, Quota } from './demand.ts';

/** The order in which an environment comes up; also the folder in `dist/<environment>/`. */
export const LAYERS = ['operators', 'foundation', 'data', 'platform', 'teams'] as const;
export type Layer = (typeof LAYERS)[number];

export type Labels = Readonly<Record<string, string>>;

/** Where in the configuration a component's settings stand, so that a mistake in the wiring points there. */
export interface Origin {
  /** Path of the file from the root of the repository. */
  readonly file: string;
  /** Keys down to the settings: `['components', 'mlflow']`. */
  readonly path: readonly (string | number)[];
}

/** A place where Prometheus scrapes. */
export interface MetricsEndpoint {
  /** `service` becomes a ServiceMonitor, `pod` a PodMonitor (for pods that a controller makes, or with no Service). */
  readonly via: 'service' | 'pod';
  readonly port: Port;
  /** Default `/metrics`. */
  readonly path?: string;
  /** Labels of the Service or pods. Default: those of the component's pods. */
  readonly selector?: Labels;
  /** `honorLabels`: keep labels such as `namespace` that the exporter itself sets. Default false. */
  readonly honorLabels?: boolean;
  /** Labels of the pods that every series carries too: `ray.io/cluster` becomes `ray_io_cluster`. Default: none. */
  readonly podTargetLabels?: readonly string[];
  /** Label of Service or pods whose value is the `job` of every series. Default `app.kubernetes.io/name`. */
  readonly jobLabel?: string;
  /** What the monitor is called behind the component's name, where it has several. Default: the port's name. */
  readonly name?: string;
}

/** An offer that people reach from outside, through the environment's gateway. */
export interface Exposure {
  readonly offer: string;
  /** First label of the host name: `mlflow` becomes `mlflow.<cluster.domain>`. */
  readonly host: string;
  /** Path prefix. Default `/`. */
  readonly path?: string;
  /** Whether the component sees the path without the prefix. Default false. */
  readonly stripPath?: boolean;
  /**
   * Share of the requests, relative to those of others in the namespace that expose the same host and path; all of them
   * have one route. Default: the component alone is behind host and path.
   */
  readonly weight?: number;
  /** How long a request may take, as Gateway API writes durations (`60s`). Default: the gateway's own. */
  readonly timeout?: string;
}

/** Said by the one component that is the environment's gateway. */
export interface GatewayRole {
  /** Name of the Gateway object in the component's namespace. */
  readonly gateway: string;
  /** Listener that routes attach to. */
  readonly listener: string;
  /** Scheme and host-name suffix under which offers appear: `https`, `ml.example.com`. */
  readonly scheme: 'http' | 'https';
  readonly domain: string;
  /** Port in public URLs. Default: the scheme's own. */
  readonly publicPort?: number;
  /** Where requests come from, when the proxies are not the component's own pods. */
  readonly proxies?:
    | { readonly namespace: string; readonly labels: Labels }
    | { readonly cidrs: readonly [string, ...string[]] };
}

/** Addresses that an operator opens because this component tells it to: the store of its secrets, an ACME server. */
export interface OperatorEgress {
  readonly operator: string;
  /** Deployment of the operator. */
  readonly pods: string;
  readonly to: { readonly name: string; readonly cidrs: readonly string[]; readonly except?: readonly string[] };
  readonly ports: readonly number[];
  readonly why: string;
}

/** Traffic with parties that every cluster has. Each is a reason; what is absent is not allowed. */
export interface Ambient {
  /** Egress to the Kubernetes API server. */
  readonly apiServer?: string;
  /** Egress to public addresses (never to private ones) on these TCP ports. */
  readonly internet?: { readonly ports: readonly number[]; readonly why: string };
  /** Egress to parties outside the cluster that no contract stands for, such as a directory: exactly these addresses. */
  readonly addresses?: readonly {
    /** For people: `directory ldap.example.com`. */
    readonly name: string;
    readonly cidrs: readonly string[];
    readonly ports: readonly number[];
    readonly why: string;
  }[];
  /** Ingress from any address: only a gateway's proxies want this. */
  readonly anyone?: { readonly ports: readonly Port[]; readonly why: string };
}

/** A rule that a component does not follow, and why. The catalogue shows it. */
export interface OptOut {
  readonly rule: string;
  /** `Kind/name`; default: every object of the component. */
  readonly object?: string;
  readonly reason: string;
}

// The registry of an environment holds components of every shape; this is the one place that needs `any`.
// biome-ignore lint/suspicious/noExplicitAny: variance: a Need<A, H> is not a Need<unknown, unknown>
export type AnyNeed = Need<any, any>;
// biome-ignore lint/suspicious/noExplicitAny: as above
export type AnyOffer = Offer<any, any>;
// biome-ignore lint/suspicious/noExplicitAny: as above
export type AnyContract = Contract<any, any>;

export type Needs = Readonly<Record<string, AnyNeed>>;
export type Offers = Readonly<Record<string, AnyOffer>>;
export type Credentials = Readonly<Record<string, CredentialSpec>>;

/**
 * A part of the platform, as data: enough to draw the whole graph before anything is built.
 * `lib/components/component.ts` adds the function that builds its objects.
 */
export interface ComponentNode<
  N extends Needs = Needs,
  O extends Offers = Offers,
  C extends Credentials = Credentials,
> {
  /** Unique in the environment; also folder in `dist/`, ServiceAccount, `app.kubernetes.io/name`, Argo CD application. */
  readonly name: string;
  readonly layer: Layer;
  /** As in the cluster, prefix included. */
  readonly namespace: string;
  /** One sentence for the catalogue. */
  readonly summary: string;
  /** Version of the software it runs. */
  readonly version?: string;
  readonly origin: Origin;
  readonly needs: N;
  readonly offers: O;
  /** Secrets of its own, beside those that come with its needs. Named `<component>-<key>` in its namespace. */
  readonly credentials: C;
  /** Labels that all its pods, and only they, carry in its namespace. Default `app.kubernetes.io/name: <name>`. */
  readonly pods?: Labels;
  /** Who makes its pods, when none of its objects does: `people of the team`. */
  readonly podsMadeBy?: string;
  /** Said of a component that runs no pods: there is nothing a policy could select. */
  readonly podless?: boolean;
  /** Traffic among its own pods. */
  readonly peers?: { readonly ports: readonly Port[] | 'all'; readonly why: string };
  readonly metrics?: readonly MetricsEndpoint[];
  /** What somebody is told of, where the environment has monitoring. */
  readonly alerts?: readonly Alert[];
  /** What people look at to see how it is, where the environment has monitoring. */
  readonly dashboards?: readonly Dashboard[];
  readonly exposes?: readonly Exposure[];
  readonly gateway?: GatewayRole;
  readonly ambient?: Ambient;
  /** Operators (`lib/operators/`) that serve the custom resources it is made of. */
  readonly operators?: readonly string[];
  readonly operatorEgress?: readonly OperatorEgress[];
  /** What it wants of the operators it names, by operator and by what that operator calls it. */
  readonly operatorSettings?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Said when its pods cannot run under Pod Security `restricted`; the namespace gets the weakest level in it. */
  readonly podSecurity?: { readonly level: 'baseline' | 'privileged'; readonly reason: string };
  /** Whether its namespace is its own, written with it and removed with it. Default: namespaces are shared by whoever names them. */
  readonly ownsNamespace?: boolean;
  /** Labels of its namespace beside the standard ones, e.g. for cost attribution. */
  readonly namespaceLabels?: Labels;
  /** Annotations of its namespace beside the standard ones, for controllers that look for them there. */
  readonly namespaceAnnotations?: Labels;
  /** Pods that it will have in its namespace, for sums over quotas. */
  readonly demand?: Demand;
  /** What all pods of its namespace may ask for. */
  readonly quota?: Quota;
  /** Images that its settings name, beside those of `versions.ts`. */
  readonly images?: readonly string[];
  readonly optOuts?: readonly OptOut[];
}

/**
 * A managed service outside the cluster that is bound to a contract: RDS, S3. A party with no manifests of its own.
 */
export interface External {
  /** The contract's id; unique in the environment. */
  readonly name: string;
  readonly summary: string;
  readonly origin: Origin;
  readonly offer: AnyOffer;
  /** DNS name clients connect to, where there is one. */
  readonly host?: string;
  /** Addresses it answers from. */
  readonly addresses: { readonly cidrs: readonly string[]; readonly except?: readonly string[] };
  /** TCP ports, by number. */
  readonly ports: readonly number[];
  /** Where pods that use it fetch what proves who they are, when neither the service nor its addresses hand that out. */
  readonly identity?: { readonly name: string; readonly cidrs: readonly string[]; readonly ports: readonly number[] };
}

/** The labels that select exactly a component's pods in its namespace. */
export function podLabels(component: Pick<ComponentNode, 'name' | 'pods'>): Labels {
  return component.pods ?? { 'app.kubernetes.io/name': component.name };
}
