import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { kubeconform } from './kubeconform.ts';

/** `npm run validate [folder …]`: all manifests against every version of Kubernetes in schemas/. */
async function main(root: string, args: readonly string[]): Promise<void> {
  const folders = args.length > 0 ? args : ['dist', 'argocd'];
  const missing = folders.filter((folder) => !existsSync(resolve(root, folder)));
  if (missing.length > 0) throw new Error(`there is no ${missing.join(' and no ')}: run npm run synth first`);

  process.chdir(root);
  const versions = readdirSync(join('schemas', 'kubernetes')).sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const started = Date.now();
  const found = new Map<string, string[]>();
  for (const version of versions) {
    const { objects, problems } = await kubeconform('schemas', version, folders);
    if (objects === 0) throw new Error(`${folders.join(' and ')} hold no manifest`);
    for (const { file, object, message } of problems) {
      const line = `${file}: ${object}: ${message}`;
      found.set(line, [...(found.get(line) ?? []), version]);
    }
    console.log(`Kubernetes ${version}: ${objects} objects, ${problems.length || 'no'} problems`);
  }
  for (const [line, where] of found)
    console.error(where.length < versions.length ? `${line} (Kubernetes ${where})` : line);
  if (found.size > 0) process.exitCode = 1;
  console.log(`validated in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

main(resolve(__dirname, '..', '..'), process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
