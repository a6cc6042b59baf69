import {
  closeSync,
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { besideName, clearLeftovers, type State } from './leftovers.ts';
import { loadNative, type Native } from './native.ts';
import { changesOfFile, changesOfTree, kindOf } from './read.ts';
import type { Stage } from './stage.ts';
import { type Changes, isEmpty, NO_CHANGES, type Tree } from './tree.ts';

export interface WriterOptions {
  /** Called when another process is writing, before waiting for it. */
  readonly onWait?: () => void;
  /** Called before each step that changes the disk. Tests stop the process there. */
  readonly onStep?: (step: string) => void;
  /** Stands in for the operating system in tests. */
  readonly native?: Native | undefined;
}

interface Pending {
  readonly target: string;
  /** Absent where the target is to go. */
  readonly replacement?: string;
  readonly kind: 'directory' | 'file';
}

/**
 * Writes trees of files so that each is wholly the old one or wholly the new one, at every moment and whenever the
 * process is killed.
 *
 * First everything is staged: a changed tree is built beside the old one, out of hard links to the files that stay (same
 * inode, same times: nothing touches them) and of new files for the rest. Nothing is visible yet, and `discard` undoes
 * it. Then `commit` swaps each tree with its target in one step (`renameat2` with `RENAME_EXCHANGE`; `renamex_np` on
 * macOS).
 *
 * Where that step does not exist (Windows, old kernels, NFS, a directory from a lower layer of an overlay), it takes two
 * renames. A process killed between them leaves no tree at all, and the next run puts the new one in place before it does
 * anything else.
 *
 * Killed means killed: files are not forced to the disk, so a machine that loses power may lose them. Everything here can
 * be synthesized again, and git shows what is missing.
 *
 * One process writes at a time: the next one waits. On Windows nothing holds it back.
 */
export class Writer implements Stage {
  readonly #lock: number;
  readonly #native: Native | undefined;
  readonly #step: (step: string) => void;
  readonly #cleared = new Set<string>();
  #pending: Pending[] = [];

  /** @param root directory that all processes which write the same files agree on, for the lock. */
  constructor(root: string, options: WriterOptions = {}) {
    this.#native = 'native' in options ? options.native : loadNative();
    this.#step = options.onStep ?? (() => {});
    this.#lock = openSync(root, constants.O_RDONLY);
    if (this.#native && !this.#native.tryLock(this.#lock)) {
      options.onWait?.();
      this.#native.lock(this.#lock);
    }
  }

  stageTree(target: string, wanted: Tree): Changes {
    this.#clear(dirname(target));
    const changes = changesOfTree(target, wanted);
    if (isEmpty(changes)) return changes;
    if (wanted.size === 0) {
      this.#pending.push({ target, kind: 'directory' });
      return changes;
    }
    const replacement = this.#beside(target, 'new');
    this.#pending.push({ target, replacement, kind: 'directory' });
    this.#step(`create ${replacement}`);
    mkdirSync(replacement, { recursive: true });
    const anew = new Set([...changes.added, ...changes.changed]);
    const made = new Set<string>();
    for (const [path, content] of wanted) {
      const file = join(replacement, path);
      const directory = dirname(file);
      if (!made.has(directory)) {
        mkdirSync(directory, { recursive: true });
        made.add(directory);
      }
      this.#step(`${anew.has(path) ? 'write' : 'keep'} ${file}`);
      if (anew.has(path)) writeFileSync(file, content, { flag: 'wx' });
      else keep(join(target, path), file);
    }
    return changes;
  }

  stageFile(target: string, content: string): Changes {
    this.#clear(dirname(target));
    const changes = changesOfFile(target, basename(target), content);
    if (isEmpty(changes)) return changes;
    const replacement = this.#beside(target, 'new');
    this.#pending.push({ target, replacement, kind: 'file' });
    mkdirSync(dirname(target), { recursive: true });
    this.#step(`write ${replacement}`);
    writeFileSync(replacement, content, { flag: 'wx' });
    return changes;
  }

  stageFileRemoval(target: string): Changes {
    if (kindOf(target, 'file') === 'absent') return NO_CHANGES;
    this.#pending.push({ target, kind: 'file' });
    return { ...NO_CHANGES, removed: [basename(target)] };
  }

  /** Puts everything that was staged in place. */
  commit(): void {
    const pending = this.#pending;
    this.#pending = [];
    // All targets first, so that they change as closely together as can be; deleting what they were takes longer.
    const rest = pending.flatMap((one) => this.#put(one) ?? []);
    for (const old of rest) this.#remove(old);
  }

  /** Takes back what was staged and not committed, and lets the next process write. */
  close(): void {
    for (const { replacement } of this.#pending) if (replacement !== undefined) this.#remove(replacement);
    this.#pending = [];
    closeSync(this.#lock);
  }

  /** Returns what is left to delete. */
  #put({ target, replacement, kind }: Pending): string | undefined {
    if (replacement === undefined) return kind === 'file' ? target : this.#setAside(target);
    if (kind === 'file' || kindOf(target, 'directory') === 'absent') {
      this.#rename(replacement, target);
      return undefined;
    }
    this.#step(`exchange ${replacement} and ${target}`);
    if (this.#native?.exchange(replacement, target)) return replacement;
    const ready = this.#beside(target, 'ready');
    this.#rename(replacement, ready);
    const old = this.#setAside(target);
    this.#rename(ready, target);
    return old;
  }

  /** Moves a directory away in one step, or, in an overlay that cannot move it, deletes it. */
  #setAside(target: string): string | undefined {
    const old = this.#beside(target, 'old');
    try {
      this.#rename(target, old);
      return old;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
      this.#remove(target);
      return undefined;
    }
  }

  #rename(from: string, to: string): void {
    this.#step(`rename ${from} to ${to}`);
    renameSync(from, to);
  }

  #remove(path: string): void {
    this.#step(`remove ${path}`);
    rmSync(path, { recursive: true, force: true });
  }

  #beside(target: string, state: State): string {
    return join(dirname(target), besideName(basename(target), state));
  }

  #clear(directory: string): void {
    if (this.#cleared.has(directory)) return;
    this.#cleared.add(directory);
    clearLeftovers(directory);
  }
}

/** The very same file in another directory; a copy with its times where the file system has no hard links. */
function keep(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to, constants.COPYFILE_EXCL);
    const { atime, mtime } = statSync(from);
    utimesSync(to, atime, mtime);
  }
}
