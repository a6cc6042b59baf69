import { aks } from './aks.ts';
import { eks } from './eks.ts';
import { gke } from './gke.ts';
import { kind } from './kind.ts';
import { minikube } from './minikube.ts';
import type { ClusterProvider, ProviderName } from './provider.ts';

const BY_NAME: Readonly<Record<ProviderName, ClusterProvider>> = { aks, eks, gke, kind, minikube };

export const providerOf = (name: ProviderName): ClusterProvider => BY_NAME[name];
