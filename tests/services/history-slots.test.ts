import fc from 'fast-check';
import type { HistoryInterval } from '../../src/services/queries/history';
import { listHistorySlots } from '../../src/services/queries/history-slots';

function list(interval: HistoryInterval, timeZone: string, since: string, until: string): string[] {
  const { starts } = listHistorySlots({
    interval,
    timeZone,
    since: new Date(since),
    until: new Date(until),
  });
  return starts.map((start) => start.toISOString().replace(':00.000Z', 'Z'));
}

it('extends the hour in which clocks are set back by half an hour', () => {
  expect(list('hour', 'Australia/Lord_Howe', '2026-04-04T14:00Z', '2026-04-04T17:00Z')).toEqual([
    '2026-04-04T14:00Z',
    '2026-04-04T15:30Z',
    '2026-04-04T16:30Z',
  ]);
});

it('starts a new hour when clocks are set forward by half an hour', () => {
  expect(list('hour', 'Australia/Lord_Howe', '2026-10-03T14:30Z', '2026-10-03T17:00Z')).toEqual([
    '2026-10-03T14:30Z',
    '2026-10-03T15:30Z',
    '2026-10-03T16:00Z',
  ]);
});

it.each([
  ['2026-04-05T09:10Z', '2026-04-04T09:00Z'],
  ['2026-10-04T09:10Z', '2026-10-03T10:30Z'],
])('lists 24 hours back over a change of half an hour, at %s', (until, since) => {
  const slots = listHistorySlots({
    interval: 'hour',
    timeZone: 'Australia/Lord_Howe',
    since: undefined,
    until: new Date(until),
  });
  expect(slots.starts).toHaveLength(24);
  expect(slots.since).toEqual(new Date(since));
  expect(slots.starts[0]).toEqual(slots.since);
});

it('skips a day that the time zone skipped', () => {
  expect(list('day', 'Pacific/Apia', '2011-12-29T10:00Z', '2012-01-01T10:00Z')).toEqual([
    '2011-12-29T10:00Z',
    '2011-12-30T10:00Z',
    '2011-12-31T10:00Z',
  ]);
});

it.each(['Asia/Calcutta', 'America/Buenos_Aires', 'Europe/Kiev', 'CET', 'MET', 'EST5EDT'])(
  'accepts the older name %s',
  (timeZone) => {
    expect(list('day', timeZone, '2026-07-01T12:00Z', '2026-07-02T12:00Z')).toHaveLength(2);
  },
);

it('applies summer time to CET', () => {
  expect(list('day', 'CET', '2026-06-30T22:00Z', '2026-07-01T22:00Z')).toEqual(['2026-06-30T22:00Z']);
});

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/Havana',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
];
const formatters = Object.fromEntries(
  zones.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('en-CA', {
      timeZone,
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit' },
      hourCycle: 'h23',
    }),
  ]),
);

// The local date and hour according to Intl: the reference for all zones and times.
function showLocal(instant: Date, timeZone: string): { date: string; hour: string } {
  const parts = formatters[timeZone]!.formatToParts(instant);
  const get = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  return { date: `${get('year')}-${get('month')}-${get('day')}`, hour: get('hour') };
}

it.each(['hour', 'day', 'week', 'month'] as const)(
  'starts each %s when the local clock does, in order and without gaps',
  (interval) => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2035, 0) }),
        fc.integer({ min: 1, max: 10 * 24 * 3_600_000 }),
        (timeZone, from, length) => {
          const since = new Date(from);
          const until = new Date(from + length);
          const { starts } = listHistorySlots({ interval, timeZone, since, until });
          expect(starts[0]!.getTime()).toBeLessThanOrEqual(from);
          expect(starts.at(-1)!.getTime()).toBeLessThan(until.getTime());
          const unit = (instant: Date): string => {
            const { date, hour } = showLocal(instant, timeZone);
            if (interval === 'hour') return `${date} ${hour}`;
            if (interval === 'month') return date.slice(0, 7);
            if (interval === 'day') return date;
            const day = Date.parse(date) / 86_400_000;
            return String(Math.floor((day + 3) / 7));
          };
          starts.forEach((start, index) => {
            const next = starts[index + 1] ?? until;
            expect(start.getTime()).toBeLessThan(next.getTime());
            expect(unit(new Date(next.getTime() - 1))).toBe(unit(start));
            const before = unit(new Date(start.getTime() - 1));
            if (interval !== 'hour') expect(before).not.toBe(unit(start));
          });
        },
      ),
      { numRuns: 60 },
    );
  },
);

it('supports the first and the last year', () => {
  expect(list('month', 'Europe/Berlin', '9998-12-01T00:00Z', '9999-12-01T00:00Z')).toHaveLength(13);
  expect(list('month', 'Europe/Berlin', '0001-02-01T00:00Z', '0001-04-01T00:00Z').length).toBeGreaterThan(1);
});
