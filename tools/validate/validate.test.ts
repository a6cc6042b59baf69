import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KubeconformOutput, kubeconform, result } from './kubeconform.ts';

const schemas = join(__dirname, '..', '..', 'schemas');

function resource(
  status: KubeconformOutput['resources'][number]['status'],
  msg = '',
): KubeconformOutput['resources'][number] {
  return { filename: 'a.yaml', kind: 'A', name: 'a', version: 'v1', status, msg };
}

test('only a valid object is no problem', () => {
  const resources = [
    resource('statusValid'),
    resource(''),
    resource('statusSkipped'),
    resource('statusError', 'could not find schema for A'),
  ];
  expect(result({ resources })).toEqual({
    objects: 3,
    problems: [
      { file: 'a.yaml', object: 'v1 A a', message: 'was skipped' },
      { file: 'a.yaml', object: 'v1 A a', message: 'could not find schema for A' },
    ],
  });
});

test('the reasons are told without the schemas around them', () => {
  const msg =
    "jsonschema validation failed with 'x' - at '': 'allOf' failed   - at '/spec': additional properties 'b' not allowed";
  const { problems } = result({ resources: [resource('statusInvalid', msg)] });
  expect(problems.map(({ message }) => message)).toEqual(["/spec: additional properties 'b' not allowed"]);
});

describe('kubeconform |', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'validate-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function problems(version: string, manifest: object): Promise<string[]> {
    writeFileSync(join(folder, 'manifest.yaml'), JSON.stringify(manifest));
    return (await kubeconform(schemas, version, [folder])).problems.map(({ message }) => message);
  }
  const metadata = { name: 'a' };
  const deployment = (fields: object) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { selector: {}, template: { spec: { containers: [{ name: 'a', ...fields }] } } },
  });

  test.each(['v1.28', 'v1.37'])('takes what Kubernetes %s takes', async (version) => {
    const resources = { limits: { cpu: 1, memory: '1Gi' } };
    expect(await problems(version, deployment({ resources, livenessProbe: { httpGet: { port: 'http' } } }))).toEqual(
      [],
    );
  });

  test.each(['v1.28', 'v1.37'])('finds a misspelt field with %s', async (version) => {
    expect(await problems(version, deployment({ imagePullpolicy: 'Always' }))).toEqual([
      "/spec/template/spec/containers/0: additional properties 'imagePullpolicy' not allowed",
    ]);
  });

  test('finds a misspelt field of a custom resource and of its metadata', async () => {
    const spec = { instances: 1, storge: {} };
    const cluster = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: 'a', lables: {} }, spec };
    expect(await problems('v1.28', cluster)).toEqual([
      "/metadata: additional properties 'lables' not allowed",
      "/spec: additional properties 'storge' not allowed",
    ]);
  });

  test('fails for a kind without a schema', async () => {
    expect(await problems('v1.28', { apiVersion: 'example.org/v1', kind: 'Unknown', metadata })).toEqual([
      'could not find schema for Unknown',
    ]);
  });

  test('fails for a kind that the older version does not have', async () => {
    const policy = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata };
    expect(await problems('v1.28', policy)).toEqual(['could not find schema for ValidatingAdmissionPolicy']);
    expect(await problems('v1.37', policy)).toEqual([]);
  });
});
