import { covers, overlap, parseCidr, type Range } from './cidr.ts';

const range = (cidr: string): Range => {
  const parsed = parseCidr(cidr);
  if (!parsed) throw new Error(`${cidr} is no CIDR block`);
  return parsed;
};

test.each([
  ['10.0.0.0/8', '10.255.255.255', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['0.0.0.0/0', '255.255.255.255', true],
  ['10.1.2.3', '10.1.2.3', true],
  ['10.1.2.3/24', '10.1.2.0', true],
  ['::/0', '10.0.0.1', false],
  ['fd00::/8', 'fd12:3456::1', true],
  ['2001:db8::/64', '2001:db8:0:1::', false],
])('%s covers %s: %s', (block, address, expected) => {
  expect(covers(range(block), range(address))).toBe(expected);
});

test('blocks overlap when one address is in both', () => {
  expect(overlap(range('10.0.0.0/8'), range('10.1.0.0/16'))).toBe(true);
  expect(overlap(range('10.0.0.0/16'), range('10.1.0.0/16'))).toBe(false);
});

test.each(['10.0.0/8', '10.0.0.256', '10.0.0.0/33', '010.0.0.1', '1::2::3', '::/129', 'x', '10.0.0.0/8/8', '1:2:3'])(
  '%s is no address',
  (text) => expect(parseCidr(text)).toBeUndefined(),
);
