import type { EnvironmentContext } from '../config/context.ts';
import type { ComponentNode, Labels } from '../graph/component.ts';
import type { Manifest, OwnedField } from '../platform/manifest-set.ts';
import type { ChartName, KustomizationName } from '../platform/versions.ts';

/**
 * A controller that an environment installs from upstream, and everything this program knows of it.
 * One file an operator.
 */
export type Operator = ChartOperator | KustomizedOperator;

/** An operator whose upstream releases a Helm chart. */
export interface ChartOperator extends OperatorFacts {
  readonly chart: ChartName;
  /** Values of the chart, released under the operator's name: only what must differ from its defaults. */
  values(environment: EnvironmentContext, components: readonly ComponentNode[]): Readonly<Record<string, unknown>>;
}

/** An operator whose upstream releases a kustomization in its git repository, and no chart. */
export interface KustomizedOperator extends OperatorFacts {
  readonly kustomization: KustomizationName;
  /**
   * What must differ from upstream, applied in this order. Images are among it: kustomize's own replacement of images
   * takes the name that upstream writes, which is a registry that nothing may name where there is a mirror.
   */
  patches(environment: EnvironmentContext, components: readonly ComponentNode[]): readonly KustomizePatch[];
}

/** A patch as kustomize applies it to every object that its target names. */
export interface KustomizePatch {
  readonly target: { readonly kind: string; readonly name?: string };
  /** A strategic merge patch, or the operations of a JSON patch. */
  readonly patch: Readonly<Record<string, unknown>> | readonly JsonPatch[];
}

/** One operation of a JSON patch (RFC 6902). */
export interface JsonPatch {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

interface OperatorFacts {
  readonly name: string;
  /** Not prefixed: an operator serves the whole cluster. */
  readonly namespace: string;
  readonly summary: string;
  /** Oldest minor version of Kubernetes that it takes: `1.29`. Default: every one that the platform supports. */
  readonly minKubernetes?: string;
  /** Other operators it cannot work without. */
  readonly requires?: readonly string[];
  /** The custom resources it serves, by `group/Kind`. */
  readonly kinds: Readonly<Record<string, KindFacts>>;
  /** Its pods, as upstream makes them with what is changed above. */
  readonly pods: readonly OperatorPods[];
  /** Said when its pods cannot run under Pod Security `restricted`. */
  readonly podSecurity?: { readonly level: 'baseline' | 'privileged'; readonly reason: string };
}

/** Pods of an operator: one Deployment. */
export interface OperatorPods {
  /** Name of the Deployment. */
  readonly name: string;
  /** Labels that select exactly these pods in the operator's namespace. */
  readonly labels: Labels;
  /** Ports they open on the pods of components that name this operator. */
  readonly reaches?: readonly { readonly port: number; readonly why: string }[];
  /** Ports that the pods of components naming this operator open on them. */
  readonly serves?: readonly { readonly port: number; readonly why: string }[];
  /** Ports the API server calls (admission and conversion webhooks). */
  readonly webhookPorts?: readonly number[];
  /** Other operators whose pods call these. */
  readonly calledBy?: readonly { readonly operator: string; readonly port: number; readonly why: string }[];
  /** Egress beside DNS and the API server, which every operator has. */
  readonly internet?: { readonly ports: readonly number[]; readonly why: string };
  readonly serviceAccount?: string;
}

/** What an operator knows of one of its kinds. */
export interface KindFacts {
  /** Objects named in it. */
  references?(manifest: Manifest): Iterable<Reference>;
  /**
   * Objects the operator makes of it, enough of each for look-ups: pods as `/Pod` with labels and container ports,
   * Secrets and ConfigMaps with their keys in `data` (values may be empty), Services with selector and ports.
   */
  produces?(manifest: Manifest): Iterable<Manifest>;
  /** Selectors written in it. Each must select something, unless it selects everything. */
  selects?(manifest: Manifest): Iterable<Selection>;
  /** Pod templates as we write them in it; their references and containers are held to the rules. */
  templates?(manifest: Manifest): Iterable<PodTemplate>;
  /** Fields that the operator or the API server writes. */
  readonly owned?: readonly OwnedField[];
  /** True when data is lost with the object, so that Argo CD must ask before it removes one. */
  readonly stateful?: boolean | ((manifest: Manifest) => boolean);
  /** True when its objects are in no namespace. */
  readonly clusterScoped?: boolean;
  /** Longest name that works, where names of what is made of it set a limit below Kubernetes' own. */
  readonly maxNameLength?: number;
}

/** One object picks others by their labels. */
export interface Selection {
  /** Where in the object it stands: `spec.selector`. */
  readonly field: string;
  /** `group/Kind` of what is picked, mostly `/Pod`. */
  readonly target: string;
  /** Where it looks: in one namespace, or in those whose labels match. */
  readonly within: { readonly namespace: string } | { readonly namespaces: unknown };
  /** A LabelSelector as written (`matchLabels`, `matchExpressions`). */
  readonly selector: unknown;
}

/** A pod template inside an object that we write. */
export interface PodTemplate {
  /** Where in the object it stands: `spec.template`. */
  readonly field: string;
  readonly labels: Labels;
  /** The PodSpec as written. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** True when its containers are to end by themselves: Jobs. */
  readonly task: boolean;
  /** How many pods are made of it; absent where something in the cluster decides. */
  readonly replicas?: number;
  /** Names of containers that the operator adds, to which nobody can give a probe. */
  readonly injected?: readonly string[];
}

/** One object says something about another. */
export interface Reference {
  /** Where in the object it stands: `spec.superuserSecret.name`. */
  readonly field: string;
  /** `group/Kind` of what is meant. */
  readonly target: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  readonly name: string;
  /** Keys that a ConfigMap or Secret must have. */
  readonly keys?: readonly string[];
  /** Port, by name or number, that a Service must have. */
  readonly port?: string | number;
  /** True where Kubernetes itself accepts that the object is missing. */
  readonly optional?: boolean;
}

export const defineOperator = (operator: ChartOperator): ChartOperator => operator;

export const defineKustomizedOperator = (operator: KustomizedOperator): KustomizedOperator => operator;
