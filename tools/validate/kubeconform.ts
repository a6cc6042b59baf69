import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Problem {
  readonly file: string;
  readonly object: string;
  readonly message: string;
}

export interface Result {
  /** Objects read, good and bad. */
  readonly objects: number;
  readonly problems: readonly Problem[];
}

/** What `kubeconform -output json -verbose` prints. */
export interface KubeconformOutput {
  readonly resources: readonly {
    readonly filename: string;
    readonly kind: string;
    readonly name: string;
    readonly version: string;
    /** Empty for a document without an object. */
    readonly status: 'statusValid' | 'statusInvalid' | 'statusError' | 'statusSkipped' | '';
    readonly msg: string;
  }[];
}

const bin = require.resolve('../kubeconform-bin/bin/kubeconform.cjs');

/** Validates the YAML files in `folders` for one version of Kubernetes (`v1.28`) with the schemas in `schemas` and no others. */
export async function kubeconform(schemas: string, version: string, folders: readonly string[]): Promise<Result> {
  const locations = [
    join(schemas, 'kubernetes', version, '{{.ResourceKind}}{{.KindSuffix}}.json'),
    join(schemas, 'crds', '{{.Group}}', '{{.ResourceKind}}_{{.ResourceAPIVersion}}.json'),
  ];
  const args = ['-strict', '-verbose', '-output', 'json', ...locations.flatMap((path) => ['-schema-location', path])];
  const child = spawn(process.execPath, [bin, ...args, ...folders], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  try {
    return result(JSON.parse(output) as KubeconformOutput);
  } catch {
    throw new Error(`kubeconform failed: ${errors || output}`);
  }
}

/** Every object that is not valid is a problem: unknown kinds and skipped ones too. */
export function result({ resources }: KubeconformOutput): Result {
  const objects = resources.filter(({ status }) => status !== '');
  const problems = objects
    .filter(({ status }) => status !== 'statusValid')
    .flatMap(({ filename, kind, name, version, status, msg }) => {
      const object = [version, kind, name].filter(Boolean).join(' ');
      const messages = status === 'statusSkipped' ? ['was skipped'] : leaves(msg);
      return messages.map((message) => ({ file: filename, object, message }));
    });
  return { objects: objects.length, problems };
}

/** kubeconform says in one line what failed: ` - at '<path>': <reason>`, indented more for the reason of a reason. The last ones matter. */
function leaves(message: string): string[] {
  const reasons = [...message.matchAll(/( +)- at '([^']*)': (.*?)(?= +- at '|$)/gs)].map(
    ([, indent = '', path, reason]) => ({ depth: indent.length, text: `${path || '/'}: ${reason}` }),
  );
  const last = reasons.filter(({ depth }, index) => (reasons[index + 1]?.depth ?? 0) <= depth).map(({ text }) => text);
  return last.length > 0 ? last.sort() : [message.replace(/\s+/g, ' ')];
}
