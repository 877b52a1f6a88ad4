import { readVisitedName } from '../../../bench/load/read-visited-name';

it('tells visits from reads', () => {
  const paths = [
    '/ada',
    '/ada?once=24h',
    '/-/hit/ada.svg',
    '/-/badge/ada.svg',
    '/',
    '/?limit=25',
    '/-/visitors/ada',
  ];
  expect(paths.map(readVisitedName)).toEqual([
    'ada',
    'ada',
    'ada',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
