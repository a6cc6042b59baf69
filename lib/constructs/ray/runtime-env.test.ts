import { envVarsProblem, serveRuntimeEnvProblem } from './runtime-env.ts';

test.each([
  [{ env_vars: { LEVEL: 3 } }, 'has the variable LEVEL with the value 3, which is no text; write it in quotes'],
  [{ env_vars: { ON: true } }, 'has the variable ON with the value true'],
  [{ env_vars: ['A=b'] }, 'has env_vars that are no map'],
])('%j is refused', (runtimeEnv, message) => {
  expect(envVarsProblem(runtimeEnv)).toContain(message);
  expect(serveRuntimeEnvProblem(runtimeEnv)).toContain(message);
});

// What Ray's own schema says of the same ones is asked by verify/ray.
test.each(['/app', './app', 'app.zip', 'local://app', 'local:///app.zip', 'ftp://h/a.zip', ''])(
  'Serve cannot get at %j',
  (uri) => {
    expect(serveRuntimeEnvProblem({ working_dir: uri })).toContain(`has working_dir ${JSON.stringify(uri)}, but Serve`);
    expect(serveRuntimeEnvProblem({ py_modules: [uri] })).toContain(`has py_modules ${JSON.stringify(uri)}, but Serve`);
  },
);

test.each([
  'local:///app',
  's3://bucket/app.zip',
  'gs://bucket/app.zip',
  'https://h/app.zip?version=2',
  'file:///a.zip',
])('Serve can get at %j', (uri) => {
  expect(serveRuntimeEnvProblem({ working_dir: uri, py_modules: [uri], env_vars: { A: '1' } })).toBeUndefined();
});
