import fc from 'fast-check';
import { LabelIndex } from './label-index.ts';
import { Selector } from './selector.ts';

const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y'));

test('finds exactly what a scan would', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('n', 'm'), labels)), labels, (items, wanted) => {
      const index = new LabelIndex(
        items,
        ([, has]) => has,
        ([namespace]) => namespace,
      );
      const selector = Selector.ofLabels(wanted);
      expect(index.select(selector, 'n')).toEqual(items.filter(([ns, has]) => ns === 'n' && selector.matches(has)));
    }),
  );
});
