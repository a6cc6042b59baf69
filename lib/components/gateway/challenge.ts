import { acmeChallenge } from '../../contracts/acme-challenge.ts';
import type { Origin } from '../../graph/component.ts';
import { offer } from '../../graph/contract.ts';
import { type AnyComponent, defineComponent } from '../component.ts';

/** cert-manager's pods that answer challenges exist for seconds, and carry this label. */
export const challengeComponent = (namespace: string, origin: Origin): AnyComponent =>
  defineComponent({
    name: 'acme-challenge',
    layer: 'platform',
    namespace,
    summary: 'Answers the questions of the ACME server while a certificate is made.',
    origin,
    needs: {},
    offers: {
      answers: offer(acmeChallenge, {
        service: 'cm-acme-http-solver',
        ports: [{ name: 'http', port: 8089 }],
        handle: () => ({}),
      }),
    },
    credentials: {},
    pods: { 'acme.cert-manager.io/http01-solver': 'true' },
    operators: ['cert-manager'],
    build() {
      // cert-manager makes pods, Services and routes when it has a certificate to ask for.
    },
  });
