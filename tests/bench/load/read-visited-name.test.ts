import { readVisitedName } from '../../../bench/load/read-visited-name';

it('tells visits from reads', () => {
  const paths = ['/ada', '/-/hit/ada.svg', '/-/badge/ada.svg', '/', '/?limit=25', '/-/visitors/ada'];
  expect(paths.map(readVisitedName)).toEqual(['ada', 'ada', undefined, undefined, undefined, undefined]);
});
