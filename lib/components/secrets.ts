import type { EnvironmentContext } from '../config/context.ts';
import { defineComponent, defineKind } from './component.ts';
import { fromRepository } from './secrets/from-repository.ts';
import { egressTo, fromStore } from './secrets/from-store.ts';
import { fromNowhere } from './secrets/generated.ts';
import { type SecretsSettings, secretsSettings } from './secrets/settings.ts';
import type { Source } from './secrets/source.ts';

/** Where the values of all credentials come from. */
export const secretsKind = defineKind({
  name: 'secrets',
  summary: 'Where the values of credentials come from.',
  settings: secretsSettings,
  components: (chosen, environment, origin) => {
    const source = sourceOf(chosen, environment);
    return [
      defineComponent({
        name: 'secrets',
        layer: 'foundation',
        namespace: environment.namespace('secrets'),
        summary: source.summary,
        origin,
        needs: {},
        offers: {},
        credentials: {},
        podless: true,
        operators: [chosen.source === 'sealed-secrets' ? 'sealed-secrets' : 'external-secrets'],
        ...(chosen.source === 'external-secrets' && { operatorEgress: [egressTo(chosen)] }),
        secretSource: source,
        build() {
          // Everything it makes stands beside the credential it is made for.
        },
      }),
    ];
  },
});

function sourceOf(chosen: SecretsSettings, environment: EnvironmentContext): Source {
  switch (chosen.source) {
    case 'external-secrets':
      return fromStore(chosen, environment);
    case 'sealed-secrets':
      return fromRepository(environment);
    case 'generated':
      return fromNowhere();
  }
}
