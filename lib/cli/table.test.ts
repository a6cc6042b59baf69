import { renderTable } from './table.ts';

test('text stands at the left and numbers at the right', () => {
  const rows = [
    { name: 'prod', objects: 1204 },
    { name: 'a-long-name', objects: 7 },
  ];
  expect(
    renderTable<(typeof rows)[number]>(
      [
        { title: 'environment', cell: ({ name }) => name },
        { title: 'n', cell: ({ objects }) => objects },
      ],
      rows,
    ),
  ).toBe(['environment     n', 'prod         1204', 'a-long-name     7'].join('\n'));
});
