import type { Json } from '../yaml-text.ts';

/** What Ray takes as a runtime environment, as far as one can see it without Ray. Each answers why it would not. */

type RuntimeEnv = { readonly [key: string]: Json };

/** Of any runtime environment. Source: ray, python/ray/_private/runtime_env/validation.py. */
export function envVarsProblem({ env_vars: variables }: RuntimeEnv): string | undefined {
  if (variables === undefined) return undefined;
  if (variables === null || typeof variables !== 'object' || Array.isArray(variables)) {
    return 'has env_vars that are no map of names to values; write them like {LEVEL: "3"}';
  }
  const odd = Object.entries(variables).find(([, value]) => typeof value !== 'string');
  return (
    odd && `has the variable ${odd[0]} with the value ${JSON.stringify(odd[1])}, which is no text; write it in quotes`
  );
}

/**
 * What Ray fetches by itself, or finds on every node. Source: ray, python/ray/_private/runtime_env/protocol.py and
 * python/ray/_common/runtime_env_uri.py.
 */
const URI = /^(?:(?:https?|s3|gs|azure|abfss|file):\/\/.|local:\/\/\/(?!.*\.(?:zip|jar|whl|tgz|tar\.\w+)$))/;

/** Of an application or a deployment of Serve, which nobody uploads files for. Source: ray, python/ray/serve/schema.py. */
export function serveRuntimeEnvProblem(runtimeEnv: RuntimeEnv): string | undefined {
  const { working_dir: directory, py_modules: modules = [] } = runtimeEnv;
  if (!Array.isArray(modules)) return 'has py_modules that are no list';
  for (const [field, uri] of [
    ...(directory === undefined ? [] : [['working_dir', directory] as const]),
    ...modules.map((one: Json) => ['py_modules', one] as const),
  ]) {
    if (uri === null || URI.test(String(uri))) continue;
    return `has ${field} ${JSON.stringify(uri)}, but Serve uploads nothing; write local:///app for a directory of the image, or where to fetch a package, like s3://bucket/app.zip`;
  }
  return envVarsProblem(runtimeEnv);
}
