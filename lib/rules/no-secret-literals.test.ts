import { noSecretLiterals } from './no-secret-literals.ts';
import { violationsOf } from './testing.ts';

const env = (name: string, value: string) =>
  `{apiVersion: v1, kind: Pod, spec: {containers: [{env: [{name: ${name}, value: "${value}"}]}]}}`;

test.each([
  ['PGPASSWORD', 'hunter2'],
  ['MINIO_ROOT_PASSWORD', 'minio123'],
  ['AWS_SECRET_ACCESS_KEY', 'abc'],
  ['AWS_ACCESS_KEY_ID', 'mlflow'],
  ['GITHUB_TOKEN', 'abc'],
])('%s=%s is a secret', (name, value) => {
  expect(violationsOf(noSecretLiterals, env(name, value))).toEqual([
    `Pod/x: spec.containers[0].env[0] sets ${name} to a literal`,
  ]);
});

test.each([
  ['PGPASSFILE', '/etc/pgpass'],
  ['MYSQL_PASSWORD_FILE', '/run/secrets/password'],
  ['AWS_WEB_IDENTITY_TOKEN', '/var/run/token'],
  ['USE_TOKEN', 'true'],
  ['DATABASE_PASSWORD', '$(PGPASSWORD)'],
  ['SECRET_NAME', 'mlflow'],
  ['PGUSER', 'mlflow'],
  ['DATABASE', 'postgresql://mlflow:$(PGPASSWORD)@postgres:5432/mlflow'],
  ['URL', 'http://mlflow:5000/a@b'],
])('%s=%s is not', (name, value) => expect(violationsOf(noSecretLiterals, env(name, value))).toEqual([]));

test.each([
  ['postgresql://mlflow:hunter2@postgres/mlflow', 'a password in a URL'],
  ['-----BEGIN RSA PRIVATE KEY-----', 'a private key'],
  [`id AKIA${'A1'.repeat(8)}`, 'a key of AWS'],
  [`gh${'p'}_${'a1'.repeat(18)}`, 'a token of GitHub'],
])('"%s" gives itself away', (text, what) => {
  expect(violationsOf(noSecretLiterals, `{apiVersion: v1, kind: ConfigMap, data: {a: "${text}"}}`)).toEqual([
    `ConfigMap/x: data.a holds ${what}`,
  ]);
});
