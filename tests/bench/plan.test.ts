import { parsePlan } from '../../bench/plan';

function readFolder(...argv: string[]): string | undefined {
  return parsePlan(argv, new AbortController().signal).out;
}

it('writes a full bench to bench/results, and a partial one only to a given folder', () => {
  expect(readFolder()).toBe('bench/results');
  expect(readFolder('--large', '--rounds', '5')).toBe('bench/results');
  expect(readFolder('--quick')).toBeUndefined();
  expect(readFolder('--only', 'idle')).toBeUndefined();
  expect(readFolder('--quick', '--out', 'elsewhere')).toBe('elsewhere');
});
