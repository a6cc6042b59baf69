/**
 * Brings SeaweedFS in line with what its consumers ask. Run again at any time, with any older state.
 *
 * Reads `$ASKED/buckets` (a name a line), `$ASKED/<bucket>.policy.json`, `$ASKED/<bucket>.lifecycle.xml` where objects
 * expire, and `$CREDENTIALS/<bucket>/{access-key-id,secret-access-key}`.
 *
 * The users are replaced as a whole, so that a component that left the environment takes its access with it; the
 * administrator comes from the gateway's environment and is not among them. A bucket is never removed: it holds data.
 *
 * Written for SeaweedFS's own image: Alpine with curl. Keys reach weed through a file in memory and curl through its
 * standard input, where no process list shows them.
 */
export const SEAWEEDFS_PROVISION = `#!/bin/sh
set -eu
umask 077

# weed's shell waits for its master for ever, and ends with an error when any of its commands failed.
weed_shell() { printf '%s\\n' "$@" | timeout 120 weed shell -master="$MASTER" -filer="$FILER"; }

# As JSON strings and curl's configuration both have it.
quoted() { printf '"%s"' "$(sed 's/[\\\\"]/\\\\&/g' "$1")"; }

# s3 METHOD PATH BODY-FILE: one request signed as the administrator. The digest is given because older curls leave it out.
s3() {
  digest=$(sha256sum "$3")
  {
    printf 'user = "'
    printf '%s:%s' "$ADMIN_ACCESS_KEY_ID" "$ADMIN_SECRET_ACCESS_KEY" | sed 's/[\\\\"]/\\\\&/g'
    printf '"\\n'
  } | curl --config - --silent --show-error --fail-with-body --output "$WORK/answer" --max-time 60 \\
    --aws-sigv4 aws:amz:us-east-1:s3 --header "x-amz-content-sha256: \${digest%% *}" \\
    --request "$1" --data-binary "@$3" "$STORE_URL$2" || {
    cat "$WORK/answer" >&2
    return 1
  }
}

attempt=0
until curl --silent --fail --max-time 10 --output /dev/null "$STORE_URL/healthz"; do
  attempt=$((attempt + 1))
  if [ "$attempt" -ge "$ATTEMPTS" ]; then
    echo "gave up waiting for $STORE_URL; is the server running?" >&2
    exit 1
  fi
  echo "attempt $attempt of $ATTEMPTS: no answer from $STORE_URL yet"
  sleep 5
done

listing=$(weed_shell s3.bucket.list)
present=$(printf '%s\\n' "$listing" | awk '{ print $1 }')

separator=
printf '{"identities":[' >"$WORK/users.json"
: >"$WORK/empty"
# Read from a descriptor of its own: no program in the loop can take the list for its input.
while IFS= read -r bucket <&3; do
  if ! printf '%s\\n' "$present" | grep -qxF -- "$bucket"; then
    weed_shell "s3.bucket.create -name=$bucket"
  fi
  weed_shell "s3.policy -put -name=bucket-$bucket -file=$ASKED/$bucket.policy.json"
  access_key=$(quoted "$CREDENTIALS/$bucket/access-key-id")
  secret_key=$(quoted "$CREDENTIALS/$bucket/secret-access-key")
  printf '%s{"name":%s,"credentials":[{"accessKey":%s,"secretKey":%s}],"policyNames":["bucket-%s"]}' \\
    "$separator" "$access_key" "$access_key" "$secret_key" "$bucket" >>"$WORK/users.json"
  separator=,
  # With an empty value: some versions of curl sign "?lifecycle" wrongly.
  if [ -e "$ASKED/$bucket.lifecycle.xml" ]; then
    s3 PUT "/$bucket?lifecycle=" "$ASKED/$bucket.lifecycle.xml"
  else
    s3 DELETE "/$bucket?lifecycle=" "$WORK/empty"
  fi
done 3<"$ASKED/buckets"
printf ']}' >>"$WORK/users.json"
weed_shell "s3.iam.import -file=$WORK/users.json -apply"

for bucket in $present; do
  grep -qxF -- "$bucket" "$ASKED/buckets" ||
    echo "nobody asks for bucket $bucket any more: it stays, with all that is in it"
done
echo "done: $(wc -l <"$ASKED/buckets") buckets"
`;

/**
 * What SeaweedFS does not do by itself: without it, retentions are accepted, shown and never carried out, uploads that
 * were given up stay for ever, and a copy that was lost with its disk is not made again.
 */
export const SEAWEEDFS_MAINTENANCE = `#!/bin/sh
set -eu
{
  echo lock
  echo "s3.lifecycle.run-shard -shards=0-15 -s3=$S3_GRPC -events=0 -runtime=$RUNTIME"
  echo "s3.clean.uploads -timeAgo=168h"
  if [ "$COPIES" -gt 1 ]; then echo "volume.fix.replication -apply"; fi
  echo unlock
} | timeout "$TIMEOUT" weed shell -master="$MASTER" -filer="$FILER"
`;
