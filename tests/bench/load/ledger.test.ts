import { openLedger } from '../../../bench/load/ledger';
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

function openBooked(acknowledged: number) {
  const ledger = openLedger({ visitors: 2, visits: 3 });
  ledger.book(load, acknowledge(acknowledged));
  return ledger;
}

it('finds a list exact that shows the seed and what was acknowledged', () => {
  const check = openBooked(4).check(
    new Map([
      ['visitor-1', 5],
      ['visitor-2', 2],
    ]),
    7,
  );
  expect(check).toEqual({ acknowledged: 4, listed: 4, logged: 4, difference: 0, namesOff: 0, exact: true });
});

it('finds a lost visit, a visit too many in the log, and a visit that went to another name', () => {
  expect(
    openBooked(4).check(
      new Map([
        ['visitor-1', 4],
        ['visitor-2', 2],
      ]),
      6,
    ),
  ).toMatchObject({ difference: -1, exact: false });
  expect(
    openBooked(4).check(
      new Map([
        ['visitor-1', 5],
        ['visitor-2', 2],
      ]),
      8,
    ),
  ).toMatchObject({ difference: 0, exact: false });
  expect(
    openBooked(4).check(
      new Map([
        ['visitor-1', 4],
        ['visitor-2', 3],
      ]),
      7,
    ),
  ).toMatchObject({ namesOff: 2, exact: false });
});

it('holds only the sum against a run with refusals, since nobody knows whose they were', () => {
  const check = openBooked(3).check(
    new Map([
      ['visitor-1', 5],
      ['visitor-2', 1],
    ]),
    6,
  );
  expect(check).toMatchObject({ difference: 0, namesOff: null, exact: true });
});
