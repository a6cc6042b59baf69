import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import type { Applier } from './apply.ts';
import { type Answer, accepted, messageOf } from './client.ts';
import type { KubernetesObject, Written } from './manifests.ts';

const NAMESPACE = 'self-check';

/** Shows that this API server refuses, warns of and changes what it should: else that nothing is found says nothing. */
export async function selfCheck(applier: Applier): Promise<void> {
  await applier.createNamespace(NAMESPACE, {
    'pod-security.kubernetes.io/enforce': 'restricted',
    'pod-security.kubernetes.io/warn': 'restricted',
  });
  refused(
    await applier.send(written(service({ typo: 1, ports: [{ port: 80 }] }))),
    /field not declared in schema|unknown field/,
    'an unknown field',
  );
  refused(
    await applier.send(written(service({ ports: [{ port: 0 }] }))),
    /must be between 1 and 65535/,
    'a wrong port',
  );
  refused(await applier.send(written(REDIRECT_TO_BACKEND)), /must not be used together with backendRefs/, 'a CEL rule');
  refused(await applier.send(written({ ...ROUTE, kind: 'HTTPRuote' })), /serves no HTTPRuote/, 'an unknown kind');
  refused(await applier.tryToCreate(...privilegedPod(NAMESPACE)), /violates PodSecurity/, 'a privileged pod');

  const { warnings } = await applier.send(written(PRIVILEGED_DEPLOYMENT));
  assert.match(warnings.join(), /would violate PodSecurity "restricted/, 'a privileged template is warned of');

  const before = await applier.send(written(service({ ports: [{ port: 80 }] })));
  const same = await applier.send(written(service({ ports: [{ port: 80 }] })));
  const changed = await applier.send(written(service({ ports: [{ port: 81 }] })));
  assert.equal(versionOf(same), versionOf(before), 'applying the same changes nothing');
  assert.notEqual(versionOf(changed), versionOf(before), 'applying a change is seen');
}

/** A pod that no namespace but a privileged one takes. */
export function privilegedPod(namespace: string): [KubernetesObject, unknown] {
  const containers = [{ name: 'shell', image: 'registry.invalid/shell:1', securityContext: { privileged: true } }];
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'privileged', namespace },
    // Other admission controllers have nothing to say about it.
    spec: { hostPID: true, containers: containers.map((container) => ({ ...container, resources: AMPLE })) },
  };
  return [pod, pod];
}

const AMPLE = { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '10m', memory: '16Mi' } };

function refused(answer: Answer, reason: RegExp, what: string): void {
  assert.ok(!accepted(answer), `${what} is refused`);
  assert.match(messageOf(answer), reason, `${what} is refused for the right reason`);
}

const versionOf = ({ body }: Answer): unknown => (body as KubernetesObject).metadata.resourceVersion;

const written = (object: KubernetesObject): Written => ({
  file: 'self-check',
  layer: '',
  text: stringify(object),
  object,
});

const service = (spec: unknown): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'checked', namespace: NAMESPACE },
  spec,
});

const ROUTE = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'checked', namespace: NAMESPACE },
};

const REDIRECT_TO_BACKEND = {
  ...ROUTE,
  spec: {
    rules: [
      {
        filters: [{ type: 'RequestRedirect', requestRedirect: { statusCode: 301 } }],
        backendRefs: [{ name: 'checked', port: 80 }],
      },
    ],
  },
};

const PRIVILEGED_DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'checked', namespace: NAMESPACE },
  spec: {
    selector: { matchLabels: { app: 'checked' } },
    template: {
      metadata: { labels: { app: 'checked' } },
      spec: {
        containers: [{ name: 'shell', image: 'registry.invalid/shell:1', securityContext: { privileged: true } }],
      },
    },
  },
};
