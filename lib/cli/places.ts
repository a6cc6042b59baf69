import { join, resolve } from 'node:path';

/** Where a synth reads and writes. */
export interface Places {
  /** The repository: `environments/` is read below it. */
  readonly root: string;
  readonly dist: string;
  readonly argocd: string;
  readonly catalogue: string;
}

/** @param outdir where `dist/` goes instead; `cdk8s synth` says so in `CDK8S_OUTDIR`. */
export const placesOf = (root: string, outdir = 'dist'): Places => ({
  root,
  dist: resolve(root, outdir),
  argocd: join(root, 'argocd'),
  catalogue: join(root, 'docs/catalogue'),
});
