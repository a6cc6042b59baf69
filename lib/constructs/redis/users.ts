import type { Volume } from '../../../imports/k8s.ts';
import { compareText } from '../../collections.ts';
import type { SecretRef } from '../../graph/credential.ts';
import { USERS_DIRECTORY } from './config.ts';

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

const RESERVED = new Set(['default', METRICS_USER, PROBE_USER]);
const NAME = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/;
/** No spaces, which end a rule, and no quotes or backslashes, which a file of users would read otherwise. */
const PATTERN = /^[!#-&(-[\]-~]+$/;

/** What is wrong with the name of a user. */
export function userNameProblem(name: string): string | undefined {
  if (RESERVED.has(name)) return `"${name}" is a user of the store's own; the others are ${others(name)}`;
  return NAME.test(name)
    ? undefined
    : `"${name}" is no name of a user; use lower-case letters, digits, dots, dashes and underscores`;
}

const others = (name: string): string => [...RESERVED].filter((other) => other !== name).join(' and ');

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

/**
 * A line for each user: the name, and its rules without password. `probe` has none to have: who reaches the port may
 * ask whether somebody is there.
 */
export function userRules(users: readonly RedisUser[]): string {
  const lines = users.map(({ name, keys }) => {
    const patterns = [...new Set(keys)].sort(compareText);
    return `${name} ${[...patterns.map((key) => `~${key}`), ...patterns.map((key) => `&${key}`)].join(' ')} ${COMMANDS}`;
  });
  return [`${METRICS_USER} ${METRICS_COMMANDS}`, ...lines.sort(compareText), ''].join('\n');
}

/**
 * Makes the file of users before the server starts. It has no passwords in it, only what is left of them: anybody who
 * could read it could still not log in.
 *
 * `RULES` is the file with a line a user, `CREDENTIALS` a directory with a directory for each user and a file for each
 * of its passwords, `USERS` the directory to write to.
 */
export const USERS_SCRIPT = `\
set -eu
umask 077
{
  # Without a line of its own it would be on, without password, and allowed everything.
  echo 'user default reset off'
  echo 'user ${PROBE_USER} reset on nopass +ping'
  while read -r name rules; do
    hashes=
    for password in "$CREDENTIALS/$name"/*; do
      if [ ! -s "$password" ]; then
        echo "the password of $name is empty, or is not there" >&2
        exit 1
      fi
      hash=$(sha256sum <"$password")
      hashes="$hashes #\${hash%% *}"
    done
    printf 'user %s reset on%s %s\\n' "$name" "$hashes" "$rules"
  done <"$RULES"
} >"$USERS/users.acl.new"
mv "$USERS/users.acl.new" "$USERS/users.acl"
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

/** For the init container alone writes, and the server alone reads. In memory: it is nobody's to keep. */
export const USERS_VOLUME: Volume = { name: 'users', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } };
export const USERS_MOUNT = { name: USERS_VOLUME.name, mountPath: USERS_DIRECTORY } as const;
