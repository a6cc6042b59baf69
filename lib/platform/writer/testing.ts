import { loadNative } from './native.ts';
import type { Tree } from './tree.ts';
import { Writer } from './writer.ts';

/** Two states of everything that the writer can be asked to do. */
export const OLD: Tree = new Map([
  ['data/postgres/a.yaml', 'stays\n'],
  ['data/postgres/b.yaml', 'old\n'],
  ['platform/mlflow/c.yaml', 'goes\n'],
]);
export const NEW: Tree = new Map([
  ['data/postgres/a.yaml', 'stays\n'],
  ['data/postgres/b.yaml', 'new\n'],
  ['teams/vision/d.yaml', 'comes\n'],
]);

/** A file system that has no step for swapping two directories. */
export const withoutExchange = (): { exchange: () => boolean; tryLock: () => boolean; lock: () => void } => ({
  exchange: () => false,
  tryLock: () => true,
  lock: () => {},
});

export type Mode = 'exchange' | 'renames';

/** Everything at once: an environment that changes, one that comes, one that goes, and a file. */
export function write(root: string, mode: Mode, onStep: (step: string) => void): void {
  const writer = new Writer(root, { native: mode === 'exchange' ? loadNative() : withoutExchange(), onStep });
  writer.stageTree(`${root}/dist/changes`, NEW);
  writer.stageTree(`${root}/dist/comes`, NEW);
  writer.stageTree(`${root}/dist/goes`, new Map());
  writer.stageFile(`${root}/docs/changes.md`, 'new\n');
  writer.commit();
  writer.close();
}

/** `node --require tsx/cjs testing.ts <root> <mode> <step>`: writes, and is killed before that step. */
if (require.main === module) {
  const [root = '', mode = '', last = ''] = process.argv.slice(2);
  let step = 0;
  write(root, mode === 'exchange' ? 'exchange' : 'renames', () => {
    if (step++ === Number(last)) process.kill(process.pid, 'SIGKILL');
  });
}
