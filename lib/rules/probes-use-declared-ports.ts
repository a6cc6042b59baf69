import type { Container } from '../kubernetes/pod.ts';
import { containersOf } from '../kubernetes/pod.ts';
import { dig, integer, text } from '../kubernetes/read.ts';
import { quoted, specField } from './references.ts';
import { rule } from './rule.ts';

const HANDLERS = [
  ['startupProbe'],
  ['readinessProbe'],
  ['livenessProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
] as const;
const ACTIONS = ['httpGet', 'tcpSocket', 'grpc'] as const;

/** Ports that the kubelet asks: path of the handler and the port in it. */
function* askedPorts({ spec }: Container): Generator<readonly [field: string, port: string | number]> {
  for (const handler of HANDLERS) {
    for (const action of ACTIONS) {
      const port = dig(spec, ...handler, action, 'port');
      const asked = text(port) ?? integer(port);
      if (asked !== undefined) yield [`${handler.join('.')}.${action}`, asked];
    }
  }
}

export const probesUseDeclaredPorts = rule({
  name: 'probes-use-declared-ports',
  why: 'A probe of a port that the container does not have restarts it forever, or never lets traffic in.',
  check({ templates }, report) {
    for (const template of templates) {
      for (const container of containersOf(template.spec)) {
        for (const [field, port] of askedPorts(container)) {
          if (container.ports.some((declared) => declared.name === port || declared.port === port)) continue;
          report(
            template.entry,
            `${specField(template)}.${container.field}.${field} asks port ${JSON.stringify(port)}, which container "${container.name}" does not declare`,
            `declare it in ports of the container, or ask ${quoted(
              container.ports.map(({ name, port: number }) => name ?? String(number)),
              'in another way: it has no ports',
            )}`,
          );
        }
      }
    }
  },
});
