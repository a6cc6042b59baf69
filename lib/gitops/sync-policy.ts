import type { ApplicationSpecSyncPolicy } from '../../imports/argo-cd.ts';

/**
 * How every Application syncs. What cannot be applied yet, because a CRD, a namespace or a webhook is still missing, is
 * tried again without end and with growing pauses, always at the newest commit: an environment converges in any order,
 * and a mend that is pushed while a broken commit is being retried is picked up.
 */
export const SYNC_POLICY = {
  automated: { prune: true, selfHeal: true },
  retry: { limit: -1, refresh: true, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } },
  syncOptions: [
    // Custom resources may come before their CRDs.
    'SkipDryRunOnMissingResource=true',
    // CRDs are too long for the annotation that client-side apply writes.
    'ServerSideApply=true',
    // Without it, ignored fields are hidden in the diff and still overwritten by each sync.
    'RespectIgnoreDifferences=true',
  ],
} as const satisfies ApplicationSpecSyncPolicy;

/** Compares as the API server would apply, so that defaulted fields are no difference. */
export const COMPARE_OPTIONS = { 'argocd.argoproj.io/compare-options': 'ServerSideDiff=true' } as const;

/** A commit refreshes an Application only when it changes files below the Application's own path. */
export const REFRESH_OWN_PATH = { 'argocd.argoproj.io/manifest-generate-paths': '.' } as const;

/** Removing the Application removes what it deployed. */
export const CASCADE = 'resources-finalizer.argocd.argoproj.io';
