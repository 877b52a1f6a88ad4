import { setTimeout as wait } from 'node:timers/promises';
import { createPartSize } from '../../src/services/commands/transfer/part-size';

/** Does parts that take so long, and returns their rows. */
async function measureParts(most: number, tookMs: readonly number[]): Promise<number[]> {
  const size = createPartSize(most);
  const rows: number[] = [];
  for (const ms of tookMs) {
    await size.measure(() => wait(ms));
    rows.push(size.rows);
  }
  return rows;
}

it('begins small and doubles up to the most', async () => {
  expect(createPartSize(2000).rows).toBe(500);
  expect(createPartSize(2).rows).toBe(2);
  expect(await measureParts(2000, [0, 0, 0])).toEqual([1000, 2000, 2000]);
  expect(await measureParts(2, [0])).toEqual([2]);
});

it('shrinks when a part takes long, but not to nothing, and grows again', async () => {
  const [shrunk, least, grown] = await measureParts(2000, [800, 800, 0]);
  expect(shrunk).toBeGreaterThan(100);
  expect(shrunk).toBeLessThanOrEqual(125);
  expect([least, grown]).toEqual([100, 200]);
});

it('keeps its size when a part fails', async () => {
  const size = createPartSize(2000);
  await expect(size.measure(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(size.rows).toBe(500);
});
