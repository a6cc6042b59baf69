import { readSources } from '../../tools/import/sources.ts';
import { CHARTS, type ChartName, IMAGES, type ImageName } from './versions.ts';

/*
 * What is written and validated is the version that runs: schemas/sources.yaml says from which release the definitions
 * of custom resources come, versions.ts which charts and images are installed.
 */

interface Installed {
  readonly images?: readonly ImageName[];
  /** Charts that bring the definitions along, at the version that was looked at, with the release that they bring. */
  readonly chart?: { readonly name: ChartName; readonly version: string; readonly brings: string };
  /** Why a version differs from that of the definitions, by where it stands. */
  readonly differs?: Readonly<Record<string, string>>;
}

/** By the name in sources.yaml. What this platform does not install says who does. */
const INSTALLED: Readonly<Record<string, Installed | string>> = {
  'argo-cd': 'Argo CD is in the cluster before anything of ours',
  'barman-cloud': {
    images: ['barman-cloud', 'barman-cloud-sidecar'],
    chart: { name: 'barman-cloud', version: '0.8.0', brings: 'v0.15.0' },
  },
  'cert-manager': {
    images: ['cert-manager-acmesolver', 'cert-manager-cainjector', 'cert-manager-controller', 'cert-manager-webhook'],
    chart: { name: 'cert-manager', version: 'v1.21.1', brings: 'v1.21.1' },
  },
  'cloudnative-pg': {
    images: ['cloudnative-pg'],
    chart: { name: 'cloudnative-pg', version: '0.29.1', brings: 'v1.30.1' },
  },
  'envoy-gateway': {
    images: ['envoy-gateway'],
    chart: { name: 'envoy-gateway', version: 'v1.9.1', brings: 'v1.9.1' },
  },
  'external-secrets': {
    images: ['external-secrets'],
    chart: { name: 'external-secrets', version: '2.9.0', brings: 'v2.9.0' },
    differs: {
      'image external-secrets': 'its Go module cannot be named from 2.0 on, so no package carries the definitions',
      'chart external-secrets': 'as for its image; of what we write, 2.9.0 takes all that 1.3.2 took',
    },
  },
  'external-snapshotter': 'comes with the storage of the cluster',
  'gateway-api': 'Envoy Gateway installs the release that it is built with',
  kuberay: {
    images: ['kuberay-operator'],
    chart: { name: 'kuberay-operator', version: '1.6.2', brings: 'v1.6.2' },
  },
  'prometheus-operator': {
    chart: { name: 'prometheus-operator-crds', version: '31.0.1', brings: 'v0.93.1' },
  },
  'sealed-secrets': {
    images: ['sealed-secrets-controller'],
    chart: { name: 'sealed-secrets', version: '2.19.3', brings: 'v0.39.1' },
    differs: {
      'chart sealed-secrets':
        'made for 0.39.1, and in the repository of 0.40.0 still the newest: the definitions there are those of the chart',
    },
  },
};

const sources = readSources('schemas/sources.yaml').operators;

test('of everything whose definitions are read, it is known who installs it', () => {
  expect(Object.keys(INSTALLED).sort()).toEqual(sources.map(({ name }) => name).sort());
});

test('every chart that is installed is compared', () => {
  const charts = Object.values(INSTALLED).flatMap((one) => (typeof one === 'string' ? [] : (one.chart?.name ?? [])));
  expect(charts.sort()).toEqual(Object.keys(CHARTS).sort());
});

test('what was looked at in a chart is the chart that is installed', () => {
  for (const one of Object.values(INSTALLED)) {
    if (typeof one === 'string' || !one.chart) continue;
    expect({ chart: one.chart.name, version: CHARTS[one.chart.name].version }).toEqual({
      chart: one.chart.name,
      version: one.chart.version,
    });
  }
});

test.each(sources)(
  'the definitions of $name are those that are installed, or it is said why not',
  ({ name, version }) => {
    const installed = INSTALLED[name];
    if (installed === undefined || typeof installed === 'string') return;
    const { images = [], chart, differs = {} } = installed;
    const versions = [
      ...images.map((image) => [`image ${image}`, IMAGES[image].tag.replace(/^v?/, 'v')] as const),
      ...(chart ? [[`chart ${chart.name}`, chart.brings] as const] : []),
    ];
    const others = versions.filter(([, running]) => running !== version).map(([what]) => what);
    expect(others).toEqual(Object.keys(differs));
  },
);
