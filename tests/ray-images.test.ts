import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGES } from '../lib/platform/versions.ts';
import { ROOT } from './support/shipped.ts';

/* The images in images/ are what the shipped environments believe that they are. */

const instructions = (name: string): readonly (readonly [string, string])[] =>
  readFileSync(join(ROOT, 'images', name, 'Dockerfile'), 'utf8')
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line))
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const);

const all = (name: string, instruction: string): readonly string[] =>
  instructions(name).flatMap(([one, rest]) => (one === instruction ? [rest] : []));

const { registry, repository, tag } = IMAGES.ray;

describe.each([
  ['ray-serve', 'serve_app', 'ranking.py'],
  ['ray-tune', 'tune_job', 'tune_ridge.py'],
])('%s', (name, context, program) => {
  test('is of the Ray that the platform pins, and runs as its user', () => {
    expect(all(name, 'FROM')).toEqual([`${registry}/${repository}:${tag}`]);
    expect(all(name, 'USER')).toEqual(['1000']);
  });

  test('holds the program, where Python and the entrypoint look for it', () => {
    const built = readFileSync(join(ROOT, 'images', name, 'Dockerfile'), 'utf8');
    expect(built).toContain(`--file images/${name}/Dockerfile`);
    expect(built).toMatch(new RegExp(` examples/ray/${context}\n`));
    expect(existsSync(join(ROOT, 'examples/ray', context, program))).toBe(true);
    expect([all(name, 'WORKDIR'), all(name, 'ENV')]).toEqual([['/app'], ['PYTHONPATH=/app']]);
    // An entrypoint of the image would take the place of what KubeRay starts Ray with.
    expect([...all(name, 'ENTRYPOINT'), ...all(name, 'CMD')]).toEqual([]);
  });
});

test("MLflow's client is of the server's version", () => {
  const [version] = /\d+\.\d+\.\d+/.exec(IMAGES.mlflow.tag) ?? [];
  expect(all('ray-tune', 'RUN')[0]).toBe(`pip install --no-cache-dir mlflow-skinny==${version}`);
});
