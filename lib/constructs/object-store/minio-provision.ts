/**
 * Brings a MinIO server in line with what its consumers ask. Run again at any time, with any older state.
 *
 * Reads `$ASKED/buckets` (a name a line), `$ASKED/<bucket>.policy.json`, `$ASKED/<bucket>.lifecycle.json` where objects
 * expire, and `$CREDENTIALS/<bucket>/{access-key-id,secret-access-key}`.
 *
 * A bucket is never removed: it holds data. A user whom nobody asks for any more is, so that a component that left the
 * environment takes its access with it.
 *
 * Written for MinIO's own image, which has bash, coreutils and mc and no grep, sed or awk. Keys reach mc through its
 * standard input, where no process list shows them.
 */
export const MINIO_PROVISION = `#!/bin/bash
set -euo pipefail

say() { printf '%s\\n' "$*"; }

# Nothing but the server's own answer tells that it is up and takes the root user.
connect() {
  local attempt
  for ((attempt = 1; attempt <= ATTEMPTS; attempt++)); do
    if printf '%s\\n%s\\n' "$ROOT_USER" "$ROOT_PASSWORD" | mc --quiet alias set store "$STORE_URL" >/dev/null &&
      mc --quiet ls store >/dev/null; then
      return 0
    fi
    say "attempt $attempt of $ATTEMPTS: no answer from $STORE_URL yet"
    sleep 5
  done
  say "gave up waiting for $STORE_URL; is the server running, and is its root password the one in its Secret?" >&2
  return 1
}

expire() {
  local bucket=$1 answer
  if [[ -e $ASKED/$bucket.lifecycle.json ]]; then
    mc --quiet ilm import "store/$bucket" <"$ASKED/$bucket.lifecycle.json"
  elif answer=$(mc --quiet --json ilm export "store/$bucket" 2>&1); then
    mc --quiet ilm rule rm --all --force "store/$bucket"
  elif [[ $answer != *NoSuchLifecycleConfiguration* ]]; then
    say "$answer" >&2
    return 1
  fi
}

connect

# Lists are read from a descriptor of their own: no program in a loop can take them for its input.
declare -A asked_buckets=() asked_users=()
while IFS= read -r bucket <&3; do
  access_key=$(<"$CREDENTIALS/$bucket/access-key-id")
  secret_key=$(<"$CREDENTIALS/$bucket/secret-access-key")
  asked_buckets[$bucket]=1
  asked_users[$access_key]=1
  mc --quiet mb --ignore-existing "store/$bucket"
  mc --quiet admin policy create store "bucket-$bucket" "$ASKED/$bucket.policy.json"
  printf '%s\\n%s\\n' "$access_key" "$secret_key" | mc --quiet admin user add store
  mc --quiet admin policy attach store "bucket-$bucket" --user "$access_key"
  expire "$bucket"
done 3<"$ASKED/buckets"

users=$(mc --json admin user ls store)
while IFS= read -r line <&3; do
  [[ $line =~ \\"accessKey\\":\\"([^\\"]+)\\" ]] || continue
  user=\${BASH_REMATCH[1]}
  [[ -v asked_users[$user] ]] && continue
  say "nobody asks for user $user any more: removing it"
  mc --quiet admin user rm store "$user"
done 3<<<"$users"

buckets=$(mc --json ls store)
while IFS= read -r line <&3; do
  [[ $line =~ \\"key\\":\\"([^\\"/]+)/?\\" ]] || continue
  bucket=\${BASH_REMATCH[1]}
  [[ -v asked_buckets[$bucket] ]] || say "nobody asks for bucket $bucket any more: it stays, with all that is in it"
done 3<<<"$buckets"

say "done: \${#asked_buckets[@]} buckets"
`;
