import type { Request } from 'express';
import { createReadKeyCheck } from '../../src/http/middleware/check-read-key';

const key = 'a-key-of-the-tests-only';
const from = (remoteAddress: string) => ({ ips: [], socket: { remoteAddress } }) as unknown as Request;

beforeEach(() => jest.useFakeTimers({ now: Date.UTC(2026, 0, 1) }));
afterEach(() => jest.useRealTimers());

async function tryKey(check: ReturnType<typeof createReadKeyCheck>, given: string, address = '192.0.2.1') {
  try {
    await check(from(address), given);
    return 'right';
  } catch (error) {
    return (error as { problem: { code: string } }).problem.code;
  }
}

it('accepts only the key', async () => {
  const check = createReadKeyCheck(key);
  for (const given of [`${key}x`, key.slice(1), key.toUpperCase(), '']) {
    expect(await tryKey(check, given, `192.0.2.${given.length}`)).toBe('invalid-read-key');
  }
  expect(await tryKey(check, key)).toBe('right');
});

it('checks at most five wrong keys of a client in a minute', async () => {
  const check = createReadKeyCheck(key);
  let checked = 0;
  // An hour of a guess every second.
  for (let second = 0; second < 3600; second += 1) {
    if ((await tryKey(check, `guess ${second}`)) === 'invalid-read-key') checked += 1;
    jest.advanceTimersByTime(1000);
  }
  expect(checked).toBeLessThanOrEqual(5 * 60);
  expect(checked).toBeGreaterThan(5 * 50);
});

it('refuses the right key too until the minute is over, and other clients never', async () => {
  const check = createReadKeyCheck(key);
  const guesses = await Promise.all(
    Array.from({ length: 50 }, (_, index) => tryKey(check, `guess ${index}`)),
  );
  expect(guesses.filter((code) => code === 'right')).toEqual([]);
  expect(await tryKey(check, key)).toBe('too-many-read-keys');
  expect(await tryKey(check, key, '198.51.100.7')).toBe('right');
  jest.advanceTimersByTime(60_000);
  expect(await tryKey(check, key)).toBe('right');
});

it('counts no right key', async () => {
  const check = createReadKeyCheck(key);
  for (let count = 0; count < 100; count += 1) expect(await tryKey(check, key)).toBe('right');
});
