import { createZipf } from '../../../bench/load/random';

function draw(times: number, seed: number): number[] {
  const next = createZipf(100, seed);
  return Array.from({ length: times }, next);
}

it('draws the same ranks for the same seed, and others for another seed', () => {
  expect(draw(50, 1)).toEqual(draw(50, 1));
  expect(draw(50, 1)).not.toEqual(draw(50, 2));
});

it('draws rank k in proportion to 1/k, from 1 to the count', () => {
  const ranks = draw(100_000, 7);
  const share = (rank: number) => ranks.filter((drawn) => drawn === rank).length / ranks.length;
  const harmonic = Array.from({ length: 100 }, (_, n) => 1 / (n + 1)).reduce((a, b) => a + b);
  expect(share(1)).toBeCloseTo(1 / harmonic, 2);
  expect(share(10)).toBeCloseTo(1 / 10 / harmonic, 2);
  expect([Math.min(...new Set(ranks)), Math.max(...new Set(ranks))]).toEqual([1, 100]);
});
