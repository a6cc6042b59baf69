import { defaultDeny } from './network-policies.ts';

test('the default policy denies both directions to every pod', () => {
  expect(defaultDeny('data').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
});
