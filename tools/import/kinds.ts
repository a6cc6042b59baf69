import type { Declaration } from './bindings.ts';
import { renameTypes } from './share.ts';

/**
 * cdk8s writes `HttpRouteProps` for HTTPRoute, and `HttpRouteSpec`. The interface of a manifest takes the name of its kind,
 * and what belongs to it follows. `types` holds the real names of types that do not begin with that of a kind.
 */
export function nameKinds(declarations: readonly Declaration[], types: readonly string[] = []): Declaration[] {
  const prefixes = declarations
    .flatMap(({ name, manifest }) => (manifest ? [{ from: name.slice(0, -'Props'.length), to: manifest.kind }] : []))
    .sort((a, b) => b.from.length - a.from.length);
  const known = new Map(types.map((name) => [name.toLowerCase(), name]));
  const names = new Map(
    declarations.map(({ name, manifest }): [string, string] => {
      const own = manifest ? name.slice(0, -'Props'.length) : name;
      const prefix = prefixes.find(({ from }) => own.startsWith(from));
      const kind = prefix ? prefix.to + own.slice(prefix.from.length) : own;
      return [name, known.get(own.toLowerCase()) ?? kind];
    }),
  );
  return renameTypes(declarations, names);
}
