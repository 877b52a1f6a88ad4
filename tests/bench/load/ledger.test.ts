import { createLedger } from '../../../bench/load/ledger';
import type { Load, LoadResult } from '../../../bench/load/load';

const load: Load = {
  connections: 2,
  amount: 4,
  paths: [
    ['/visitor-1', '/visitor-2'],
    ['/visitor-1', '/visitor-1'],
  ],
};

function acknowledge(acknowledged: number): LoadResult {
  const unused = { non2xx: 0, errors: 0, seconds: 1, perSecond: 1, p50Ms: 1, p99Ms: 1 };
  return { sent: load.amount, acknowledged, ...unused };
}

function createWithLoad(acknowledged: number) {
  const ledger = createLedger({ visitors: 2, visits: 3 });
  ledger.add(load, acknowledge(acknowledged));
  return ledger;
}

it('accepts a list that shows the seed and the acknowledged visits', () => {
  const check = createWithLoad(4).check(
    new Map([
      ['visitor-1', 5],
      ['visitor-2', 2],
    ]),
    7,
  );
  expect(check).toEqual({ acknowledged: 4, listed: 4, logged: 4, difference: 0, namesOff: 0, exact: true });
});

it('detects a lost visit, an extra visit in the log, and a visit under a wrong name', () => {
  expect(
    createWithLoad(4).check(
      new Map([
        ['visitor-1', 4],
        ['visitor-2', 2],
      ]),
      6,
    ),
  ).toMatchObject({ difference: -1, exact: false });
  expect(
    createWithLoad(4).check(
      new Map([
        ['visitor-1', 5],
        ['visitor-2', 2],
      ]),
      8,
    ),
  ).toMatchObject({ difference: 0, exact: false });
  expect(
    createWithLoad(4).check(
      new Map([
        ['visitor-1', 4],
        ['visitor-2', 3],
      ]),
      7,
    ),
  ).toMatchObject({ namesOff: 2, exact: false });
});

it('checks only the sum after refused requests, whose names are not known', () => {
  const check = createWithLoad(3).check(
    new Map([
      ['visitor-1', 5],
      ['visitor-2', 1],
    ]),
    6,
  );
  expect(check).toMatchObject({ difference: 0, namesOff: null, exact: true });
});
