import { attempt, run } from './shell.ts';

/** Addresses of the verification: a bridge for the host, and a network namespace with an address for each pod. */
const BRIDGE = 'keelson0';
export const HOST_IP = '10.231.0.1';
export const podIp = (number: number): string => `10.231.0.${10 + number}`;
const namespaceOf = (number: number): string => `keelson-${number}`;

/** No pod has a route beyond the bridge: nothing that needs the internet works. */
export function createNetwork(pods: number): void {
  removeNetwork(pods);
  run('ip', ['link', 'add', BRIDGE, 'type', 'bridge']);
  run('ip', ['address', 'add', `${HOST_IP}/24`, 'dev', BRIDGE]);
  run('ip', ['link', 'set', BRIDGE, 'up']);
  for (let number = 0; number < pods; number += 1) {
    const [namespace, outside, inside] = [namespaceOf(number), `kl-out-${number}`, `kl-in-${number}`];
    run('ip', ['netns', 'add', namespace]);
    run('ip', ['link', 'add', outside, 'type', 'veth', 'peer', 'name', inside]);
    run('ip', ['link', 'set', inside, 'netns', namespace]);
    run('ip', ['link', 'set', outside, 'master', BRIDGE, 'up']);
    for (const args of [
      ['link', 'set', 'lo', 'up'],
      ['address', 'add', `${podIp(number)}/24`, 'dev', inside],
      ['link', 'set', inside, 'up'],
    ]) {
      run('ip', ['-n', namespace, ...args]);
    }
  }
}

export function removeNetwork(pods: number): void {
  for (let number = 0; number < pods; number += 1) attempt('ip', ['netns', 'delete', namespaceOf(number)]);
  attempt('ip', ['link', 'delete', BRIDGE]);
}

export const networkOf = (number: number): string => `/run/netns/${namespaceOf(number)}`;
