// Written by hand: no Go module that can be had carries these definitions. The fields in use, of kubeflow/notebooks
// v1.11.0 (Notebook) and kubeflow/dashboard v2.0.0 (Profile, PodDefault). Their schemas are in schemas/crds/kubeflow.org.
// Types only: use `import type`.
import type * as k8s from './k8s.ts';

/** A server for one person's work: the controller makes a StatefulSet of one pod and a Service of it. */
export type Notebook = {
  readonly apiVersion: "kubeflow.org/v1";
  readonly kind: "Notebook";
  readonly metadata: k8s.ManifestMeta;
  readonly spec: NotebookSpec;
};

export type NotebookSpec = {
  readonly template: NotebookSpecTemplate;
};

/** It has no metadata: labels and annotations of the pod are those of the Notebook. */
export type NotebookSpecTemplate = {
  readonly spec: k8s.PodSpec;
};

/** A namespace of Kubeflow's, of the same name, and who owns it. */
export type Profile = {
  readonly apiVersion: "kubeflow.org/v1";
  readonly kind: "Profile";
  readonly metadata: k8s.ManifestMeta;
  readonly spec: ProfileSpec;
};

export type ProfileSpec = {
  /** The profile owner */
  readonly owner: k8s.Subject;
  /** Resourcequota that will be applied to target namespace */
  readonly resourceQuotaSpec?: k8s.ResourceQuotaSpec;
};

/** What is put into the pods of its namespace that it selects, when they are made. */
export type PodDefault = {
  readonly apiVersion: "kubeflow.org/v1alpha1";
  readonly kind: "PodDefault";
  readonly metadata: k8s.ManifestMeta;
  readonly spec: PodDefaultSpec;
};

export type PodDefaultSpec = {
  readonly annotations?: { readonly [key: string]: string };
  /** Whether the token of the ServiceAccount is mounted. */
  readonly automountServiceAccountToken?: boolean;
  /** Shown to people who choose among several. */
  readonly desc?: string;
  readonly env?: readonly k8s.EnvVar[];
  readonly envFrom?: readonly k8s.EnvFromSource[];
  readonly labels?: { readonly [key: string]: string };
  readonly selector: k8s.LabelSelector;
  readonly serviceAccountName?: string;
  readonly tolerations?: readonly k8s.Toleration[];
  readonly volumeMounts?: readonly k8s.VolumeMount[];
  readonly volumes?: readonly k8s.Volume[];
};
