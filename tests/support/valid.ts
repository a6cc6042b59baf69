import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import { groupOf, type Manifest } from '../../lib/platform/manifest-set.ts';
import { ROOT } from './shipped.ts';

/** The oldest and the newest version of Kubernetes in `schemas/`. */
const VERSIONS = ['v1.28', 'v1.37'] as const;

const schemas = join(ROOT, 'schemas');
// The schemas are those of kubeconform, with words of Kubernetes that no validator knows. Formats are its affair, too.
// Patterns are Go's, which say `(?i)` where JavaScript has a flag.
const regExp = Object.assign(
  (pattern: string, flags: string) =>
    pattern.includes('(?i)') ? new RegExp(pattern.replace('(?i)', ''), `${flags}i`) : new RegExp(pattern, flags),
  { code: 'new RegExp' },
);
const ajv = new Ajv({ strict: false, validateFormats: false, code: { optimize: false, regExp } });
const validators = new Map<string, ValidateFunction>();

/** What the schemas of both versions say against an object: nothing when it is valid. The same that `npm run validate` says of `dist/`. */
export function invalidities(manifest: Manifest): string[] {
  return VERSIONS.flatMap((version) => {
    const validate = validatorOf(manifest, version);
    if (!validate) return [`${version} has no schema for ${manifest.apiVersion} ${manifest.kind}`];
    const name = `${manifest.kind}/${manifest.metadata.name}`;
    const valid: boolean = validate(manifest);
    if (valid) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message = '', params }) =>
        `${name}${instancePath}: ${message} ${JSON.stringify(params)} (${version})`,
    );
  });
}

function validatorOf({ apiVersion, kind }: Manifest, version: string): ValidateFunction | undefined {
  const file = schemaFile(apiVersion, kind.toLowerCase(), version);
  if (file === undefined) return undefined;
  const known = validators.get(file);
  if (known) return known;
  const id = `file://${file}`;
  const definitions = join(file, file.startsWith(join(schemas, 'crds')) ? '../..' : '..', '_definitions.json');
  // Schemas written by hand refer to the API surface that the platform writes for what they hold of Kubernetes' own.
  for (const shared of [definitions, join(schemas, 'kubernetes', VERSIONS[0], '_definitions.json')]) {
    if (!ajv.getSchema(`file://${shared}`)) ajv.addSchema({ $id: `file://${shared}`, ...read(shared) });
  }
  const compiled = ajv.compile({ $id: id, ...read(file) });
  validators.set(file, compiled);
  return compiled;
}

/** As `tools/validate` tells kubeconform to look for it. */
function schemaFile(apiVersion: string, kind: string, version: string): string | undefined {
  const group = groupOf(apiVersion);
  const last = apiVersion.slice(apiVersion.lastIndexOf('/') + 1);
  const suffix = group === '' ? last : `${group.split('.')[0]}-${last}`;
  return [
    join(schemas, 'kubernetes', version, `${kind}-${suffix}.json`),
    join(schemas, 'crds', group, `${kind}_${last}.json`),
  ].find((file) => existsSync(file));
}

const read = (file: string): object => JSON.parse(readFileSync(file, 'utf8'));
