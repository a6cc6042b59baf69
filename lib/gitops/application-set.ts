import type { ApplicationSet } from '../../imports/argo-cd.ts';
import { append, compareText, groupBy } from '../collections.ts';
import { ENVIRONMENT, NAME } from '../platform/labels.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { ASK_BEFORE_REMOVAL } from '../platform/protection.ts';
import { toYaml } from '../platform/writer/yaml.ts';
import type { Delivery } from './delivery.ts';
import { ignoreDifferences } from './ignore-differences.ts';
import { argoCdLabels } from './labels.ts';
import { applicationName, projectName } from './names.ts';
import { CASCADE, COMPARE_OPTIONS, REFRESH_OWN_PATH, SYNC_POLICY } from './sync-policy.ts';

/** Which layer of the environment a component belongs to. */
const LAYER = 'keelson.dev/layer';

const COMPONENT = '{{ .path.basename }}';

/**
 * One Application per component's directory, except the operators', whose objects are Applications themselves.
 *
 * When a directory goes, its Application goes, and what it deployed goes with it: a team is off-boarded by a merge. Where
 * data hangs on it, nothing goes yet: an Application that holds one object with `Delete=confirm` (namespaces, claims,
 * databases, object stores) deletes none of its objects until a person approves it. Keeping resources instead
 * (`preserveResourcesOnDeletion`) would leave them running, unowned and unseen.
 * Removing the set itself, with all components of the environment, is asked about first.
 */
export function componentSet(delivery: Delivery): Manifest {
  const { environment, cluster, argocd } = delivery;
  const { url: repoURL, revision } = argocd.repository;
  const templatePatch = ownedFieldsPatch(delivery);
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: {
      name: environment,
      namespace: argocd.namespace,
      labels: argoCdLabels(environment),
      annotations: ASK_BEFORE_REMOVAL,
    },
    spec: {
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
      generators: [
        {
          git: {
            repoURL,
            revision,
            directories: [
              { path: `dist/${environment}/*/*` },
              { path: `dist/${environment}/operators/*`, exclude: true },
            ],
          },
        },
      ],
      syncPolicy: { applicationsSync: 'sync', preserveResourcesOnDeletion: false },
      template: {
        metadata: {
          name: applicationName(environment, COMPONENT),
          labels: {
            ...argoCdLabels(environment),
            [ENVIRONMENT]: environment,
            [LAYER]: '{{ index .path.segments 2 }}',
            [NAME]: COMPONENT,
          },
          annotations: { ...COMPARE_OPTIONS, ...REFRESH_OWN_PATH },
          finalizers: [CASCADE],
        },
        spec: {
          project: projectName(environment),
          destination: cluster.destination,
          source: { repoURL, targetRevision: revision, path: '{{ .path.path }}' },
          syncPolicy: SYNC_POLICY,
        },
      },
      ...(templatePatch !== undefined && { templatePatch }),
    },
  } satisfies ApplicationSet;
}

/** Gives each component's Application the fields to ignore in its own objects; components with equal lists share one. */
function ownedFieldsPatch({ manifests, ownedFields }: Delivery): string | undefined {
  const components = new Map<string, string[]>();
  for (const [component, entries] of groupBy(manifests.entries, ({ component }) => component)) {
    if (entries.every(({ layer }) => layer === 'operators')) continue;
    const ignored = ignoreDifferences(entries, ownedFields);
    if (ignored.length > 0) append(components, toYaml({ spec: { ignoreDifferences: ignored } }), component);
  }
  if (components.size === 0) return undefined;
  const branches = [...components].map(([patch, names]) => ({ patch, names: names.sort(compareText) }));
  branches.sort((a, b) => compareText(a.names.join(), b.names.join()));
  const lines = branches.map(({ patch, names }, index) => {
    const condition = `has .path.basename (list ${names.map((name) => JSON.stringify(name)).join(' ')})`;
    return `{{- ${index === 0 ? 'if' : 'else if'} ${condition} }}\n${patch}`;
  });
  return `${lines.join('')}{{- else }}\n{}\n{{- end }}\n`;
}
