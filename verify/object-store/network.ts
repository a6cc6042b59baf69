import { spawnSync } from 'node:child_process';

/** Set inside the namespaces that `inOwnNamespaces` makes. */
const INSIDE = 'KEELSON_VERIFY_INSIDE';
const HOST = '10.9.0.1';

/**
 * Starts this program again in mount and network namespaces of its own, where nothing else on the machine has its ports
 * or files; false where it is already there. Needs root, as in a container.
 */
export function inOwnNamespaces(): boolean {
  if (process.env[INSIDE] !== undefined) return false;
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  // Network namespaces have names in /run, which are this program's own too.
  const { status } = spawnSync(
    'unshare',
    [
      '--net',
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-ec',
      'mount -t tmpfs run /run; exec "$@"',
      'sh',
      ...command,
    ],
    { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } },
  );
  process.exitCode = status ?? 1;
  return true;
}

/** A bridge on which every pod gets an address, and this program one to reach them by. */
export function createBridge(): void {
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'pods', 'type', 'bridge');
  ip('address', 'add', `${HOST}/16`, 'dev', 'pods');
  ip('link', 'set', 'pods', 'up');
}

const addresses = new Map<string, string>();
let given = 1;

/** The address of a pod; made, with its network namespace, when it is first asked for. */
export function addressOf(pod: string): string {
  const known = addresses.get(pod);
  if (known !== undefined) return known;
  // Never given again: what still holds a connection to an earlier pod must not find another.
  const number = ++given;
  const address = `10.9.0.${number}`;
  const namespace = namespaceOf(pod);
  addresses.set(pod, address);
  ip('netns', 'add', namespace);
  ip('link', 'add', `out${number}`, 'type', 'veth', 'peer', 'name', `in${number}`);
  ip('link', 'set', `in${number}`, 'netns', namespace);
  ip('link', 'set', `out${number}`, 'master', 'pods', 'up');
  ip('-n', namespace, 'link', 'set', 'lo', 'up');
  ip('-n', namespace, 'address', 'add', `${address}/16`, 'dev', `in${number}`);
  ip('-n', namespace, 'link', 'set', `in${number}`, 'up');
  return address;
}

export function forgetPods(): void {
  for (const pod of addresses.keys()) ip('netns', 'delete', namespaceOf(pod));
  addresses.clear();
}

export const networkOf = (pod: string): string => `/run/netns/${namespaceOf(pod)}`;
const namespaceOf = (pod: string): string => `pod-${pod}`;

function ip(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
}
