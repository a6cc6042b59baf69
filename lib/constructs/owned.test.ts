import { ApiObject, Chart, Testing } from 'cdk8s';
import { leaveTo, ownedFields } from './owned.ts';

test('an object remembers which fields others write', () => {
  const object = new ApiObject(new Chart(Testing.app(), 'chart'), 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
  });
  expect(ownedFields(object)).toEqual([]);
  leaveTo(object, '.spec.replicas', 'HorizontalPodAutoscaler');
  expect(ownedFields(object)).toEqual([{ path: '.spec.replicas', by: 'HorizontalPodAutoscaler' }]);
});
