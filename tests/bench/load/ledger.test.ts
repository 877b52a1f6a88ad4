import { createLedger } from '../../../bench/load/ledger';
import type { Load, LoadResult } from '../../../bench/load/load';
import { onceForAll } from '../../../bench/load/read-visited-name';

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

/** What a contender lists for the two visitors, and the length of its log. */
function createCount(first: number, second: number, logged: number) {
  return {
    listing: new Map([
      ['visitor-1', first],
      ['visitor-2', second],
    ]),
    logged,
  };
}

it('accepts a list that shows the seed and the acknowledged visits', () => {
  const check = createWithLoad(4).check(createCount(5, 2, 7));
  expect(check).toEqual({ acknowledged: 4, listed: 4, logged: 4, difference: 0, namesOff: 0, exact: true });
});

it('detects a lost visit, an extra visit in the log, and a visit under a wrong name', () => {
  const ledger = createWithLoad(4);
  expect(ledger.check(createCount(4, 2, 6))).toMatchObject({ difference: -1, exact: false });
  expect(ledger.check(createCount(5, 2, 8))).toMatchObject({ difference: 0, exact: false });
  expect(ledger.check(createCount(4, 3, 7))).toMatchObject({ namesOff: 2, exact: false });
});

it('expects a client that returns once for each name, over all loads', () => {
  const ledger = createLedger({ visitors: 2, visits: 3 });
  const names = ['/visitor-1', '/visitor-2'].map((name) => name + onceForAll);
  ledger.add({ ...load, paths: [names, [names[0]!, names[0]!]] }, acknowledge(4));
  ledger.add({ ...load, paths: names[0]! }, acknowledge(4));
  expect(ledger.check(createCount(3, 2, 5))).toMatchObject({ acknowledged: 2, exact: true });
  expect(ledger.check(createCount(4, 2, 6))).toMatchObject({ difference: 1, exact: false });
});

it('detects rolled-up counts that differ from the log', () => {
  const ledger = createWithLoad(4);
  for (const [rolledUpDifference, exact] of [
    [0, true],
    [-1, false],
  ] as const) {
    expect(ledger.check({ ...createCount(5, 2, 7), rolledUpDifference })).toMatchObject({
      rolledUpDifference,
      exact,
    });
  }
});

it('expects the visits of a mixed load, and no others', () => {
  const ledger = createLedger({ visitors: 2, visits: 0 });
  const paths = [['/-/badge/visitor-1.svg', '/-/hit/visitor-1.svg', '/visitor-2', '/-/visitors/visitor-1']];
  const visits = { acknowledged: 2, p50Ms: 1, p99Ms: 1 };
  ledger.add({ connections: 1, amount: 4, paths }, { ...acknowledge(4), visits });
  expect(ledger.check(createCount(1, 1, 2))).toMatchObject({ acknowledged: 2, namesOff: 0, exact: true });
});

it('checks only the sum after refused requests, whose names are not known', () => {
  const check = createWithLoad(3).check(createCount(5, 1, 6));
  expect(check).toMatchObject({ difference: 0, namesOff: null, exact: true });
});
