export { KUBEFLOW_NAME_LIMIT, KUBEFLOW_NOTEBOOK_PORT, KubeflowNotebook } from './kubeflow-notebook.ts';
export { KubeflowPodDefault, type KubeflowPodDefaultProps } from './pod-default.ts';
export { KubeflowProfile, type KubeflowProfileProps, ownerAnnotation } from './profile.ts';
export type { KubeflowNotebookProps, NotebookHome } from './props.ts';
