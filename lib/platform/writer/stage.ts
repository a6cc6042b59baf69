import { basename } from 'node:path';
import { changesOfFile, changesOfTree, kindOf } from './read.ts';
import { type Changes, NO_CHANGES, type Tree } from './tree.ts';

/** Where a synth puts what it made. Nothing is visible before `commit`. */
export interface Stage {
  /** Makes a directory hold exactly these files, or, when there are none, go. */
  stageTree(target: string, wanted: Tree): Changes;
  stageFile(target: string, content: string): Changes;
  stageFileRemoval(target: string): Changes;
  commit(): void;
  close(): void;
}

/** Says what would change, and changes nothing. */
export class Comparison implements Stage {
  stageTree(target: string, wanted: Tree): Changes {
    return changesOfTree(target, wanted);
  }

  stageFile(target: string, content: string): Changes {
    return changesOfFile(target, basename(target), content);
  }

  stageFileRemoval(target: string): Changes {
    return kindOf(target, 'file') === 'absent' ? NO_CHANGES : { ...NO_CHANGES, removed: [basename(target)] };
  }

  commit(): void {}

  close(): void {}
}
