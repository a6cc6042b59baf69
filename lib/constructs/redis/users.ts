import type { Volume } from '../../../imports/k8s.ts';
import { compareText } from '../../collections.ts';
import type { SecretRef } from '../../graph/credential.ts';
import { REDIS_PORT } from './config.ts';

/** Who may use the store, and which part of it. */
export interface RedisUser {
  readonly name: string;
  /** Any of these opens the door. */
  readonly passwords: readonly [SecretRef, ...SecretRef[]];
  /**
   * Patterns of the names of its keys, `*`, `?` and `[ab]` as Valkey matches them: `mlflow:*`. Channels it publishes to
   * have names of the same patterns. It sees the names of all keys, and the contents of these.
   */
  readonly keys: readonly [string, ...string[]];
}

/** Scrapes; may read what the server says of itself, and no keys. */
export const METRICS_USER = 'metrics';
/** Probes; may only ask whether the server answers, which needs no password. */
export const PROBE_USER = 'probe';

/** Makes the users of those who ask. */
export const ADMIN_USER = 'admin';

const RESERVED = new Set(['default', ADMIN_USER, METRICS_USER, PROBE_USER]);
const NAME = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/;
/** No spaces, which end a rule, and no quotes or backslashes, which a file of users would read otherwise. */
const PATTERN = /^[!#-&(-[\]-~]+$/;

/** What is wrong with the name of a user. */
export function userNameProblem(name: string): string | undefined {
  if (RESERVED.has(name))
    return `"${name}" is a user of the store's own; take another name than ${[...RESERVED].join(', ')}`;
  return NAME.test(name)
    ? undefined
    : `"${name}" is no name of a user; use lower-case letters, digits, dots, dashes and underscores`;
}

/** What is wrong with a pattern of keys. */
export const keyPatternProblem = (pattern: string): string | undefined =>
  PATTERN.test(pattern)
    ? undefined
    : `${JSON.stringify(pattern)} is no pattern of keys; write it without spaces, quotes and backslashes, like features:*`;

/**
 * All that works on keys of one's own, and `INFO`, by which clients see what they talk to. Not `@dangerous` and
 * `@admin`: `FLUSHALL`, `CONFIG`, `KEYS`, `MONITOR`, `ACL`.
 */
const COMMANDS = '+@all -@admin -@dangerous +info';
/** What redis_exporter asks, with `CONFIG` left out. What it asks and may not would count among the refusals. */
const METRICS_COMMANDS = [
  'command|info',
  'commandlog|get',
  'commandlog|len',
  'client|setname',
  'info',
  'latency|histogram',
  'latency|latest',
  'ping',
  'slowlog|get',
  'slowlog|len',
]
  .map((command) => `+${command}`)
  .join(' ');

/** Makes the users of consumers. Who can do that can do everything, in two steps. */
const ADMIN_COMMANDS = '+acl|setuser +acl|deluser +acl|users +acl|save';

/** The store's own users, who are there before any other. `probe` has no password to have. */
export const OWN_RULES = `${ADMIN_USER} ${ADMIN_COMMANDS}\n${METRICS_USER} ${METRICS_COMMANDS}\n`;

/** A line for each consumer: the name, and its rules without password. */
export const userRules = (users: readonly RedisUser[]): string =>
  users
    .map(({ name, keys }) => {
      const patterns = [...new Set(keys)].sort(compareText);
      return `${name} ${[...patterns.map((key) => `~${key}`), ...patterns.map((key) => `&${key}`)].join(' ')} ${COMMANDS}\n`;
    })
    .sort(compareText)
    .join('');

/** In a script: what is left of the passwords of `$name` when they are hashed, as rules, in `$hashes`. */
const HASHES = `\
hash_passwords() {
  hashes=
  for password in $(ls "$CREDENTIALS/$name"); do
    if [ ! -s "$CREDENTIALS/$name/$password" ]; then
      echo "the password of $name is empty" >&2
      return 1
    fi
    hash=$(sha256sum <"$CREDENTIALS/$name/$password") || return 1
    hashes="$hashes #\${hash%% *}"
  done
  if [ -z "$hashes" ]; then
    echo "there is no password of $name" >&2
    return 1
  fi
}
`;

/**
 * Before the server starts: the file of users begins with the store's own, and goes on with those that were in it. No
 * password is in it, only what is left of them: who could read it could still not log in.
 *
 * `RULES` is the file with a line a user, `CREDENTIALS` a directory with a directory for each user and a file for each
 * of its passwords, `USERS` the file to write.
 */
export const OWN_USERS_SCRIPT = `\
set -eu
umask 077
${HASHES}
{
  # Without a line of its own it would be on, without password, and allowed everything.
  echo 'user default reset off'
  echo 'user ${PROBE_USER} reset on nopass +ping'
  while read -r name rules; do
    hash_passwords
    echo "user $name reset on$hashes $rules"
  done <"$RULES"
  if [ -e "$USERS" ]; then
    grep -Ev '^user (${[...RESERVED].join('|')}) ' "$USERS" || true
  fi
} >"$USERS.new"
mv "$USERS.new" "$USERS"
`;

/**
 * Keeps the consumers among the users what they are meant to be, whether these change, their passwords, or the server
 * comes up without them. Those who are connected stay connected.
 *
 * `STORE` is the host of the server, `REDISCLI_AUTH` the administrator's password; the others are as above. Who is
 * nobody's consumer any more is removed.
 */
export const USERS_SCRIPT = `\
set -eu
trap 'exit 0' TERM
${HASHES}
ask() {
  valkey-cli -h "$STORE" -p ${REDIS_PORT.port} --user ${ADMIN_USER} --no-auth-warning "$@"
}
expect_ok() {
  answer=$(ask "$@") || return 1
  [ "$answer" = OK ] && return
  echo "$1 $2 \${3-}: $answer" >&2
  return 1
}
apply() {
  wanted=' ${[...RESERVED].join(' ')} '
  made=
  while read -r name rules; do
    hash_passwords || return 1
    # Patterns are for the server.
    set -f
    expect_ok ACL SETUSER "$name" reset on $hashes $rules </dev/null || return 1
    set +f
    wanted="$wanted$name "
    made="$made $name$hashes $rules"
  done <"$RULES"
  users=$(ask ACL USERS) || return 1
  for name in $users; do
    case "$wanted" in
      *" $name "*) ;;
      *) ask ACL DELUSER "$name" >/dev/null && echo "removed $name" ;;
    esac
  done
  if [ "$made" != "$saved" ]; then
    expect_ok ACL SAVE || return 1
    saved=$made
    echo "users:$wanted"
  fi
}
saved=none
while :; do
  if apply; then
    : >"$APPLIED"
  fi
  sleep "$PAUSE" &
  wait $!
done
`;

/** Every user's passwords as files, `<user>/0`. */
export const credentialsVolume = (name: string, users: readonly Pick<RedisUser, 'name' | 'passwords'>[]): Volume => ({
  name,
  projected: {
    // The files belong to root; the pod's fsGroup reads them.
    defaultMode: 0o440,
    sources: users.flatMap(({ name: user, passwords }) =>
      passwords.map(({ name: secret, key }, index) => ({
        secret: { name: secret, items: [{ key, path: `${user}/${index}` }] },
      })),
    ),
  },
});
