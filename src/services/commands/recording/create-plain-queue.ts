import type { QueuedItem } from '../../batching/queued-item';
import { createIsolatedQueue, type IsolatedQueue } from './create-isolated-queue';
import { recordVisits, recordVisitsApart, type NumberedVisits } from './record-visits';
import type { RecordedVisit } from './record-visits-once';
import { handleFailures, type RecordingContext } from './recording-context';
import { createRefusal, createTimeout, createTotalMissing } from './recording-errors';
import { createTurns, type NumberRange } from './take-turns';

type Visit = QueuedItem<string, RecordedVisit>;

/** Creates the queue for visits without a key. An item is a name. */
export function createPlainQueue(context: RecordingContext): IsolatedQueue<string, RecordedVisit> {
  const { run, limits, lockTimeoutMs, observeBatch, announce, held } = context;
  const turns = createTurns(run, lockTimeoutMs);
  /** Answers the visits of one name, and returns their numbers. */
  const answer = (username: string, { id, first }: NumberedVisits, visits: readonly Visit[]): NumberRange => {
    held.delete(username);
    visits.forEach((visit, index) => {
      visit.resolve({ id, username, visits: first + index, replayed: false });
    });
    announce(id);
    return { first, last: first + visits.length - 1 };
  };
  return createIsolatedQueue<string, RecordedVisit>({
    ...handleFailures(context),
    limits,
    held,
    lockTimeoutMs,
    rowOf: (username) => username,
    nameOf: (username) => username,
    createRefusal: (reason) => createRefusal(reason, 'Ask again.'),
    createTimeout: () => createTimeout(),
    awaitTurn: (waiting) => {
      if (!turns.areNear) return undefined;
      const turn = turns.choose((username) => waiting.some(({ item }) => item === username));
      return turn === undefined ? undefined : turns.waitFor(turn);
    },
    async sendTogether(batch) {
      const byName = groupByName(batch);
      const times = countTimes(byName);
      const numbers = new Map<string, NumberRange>();
      const sentAt = performance.now();
      let recorded = 0;
      const onCommit = (numbered: ReadonlyMap<string, NumberedVisits>): void => {
        for (const [username, visits] of numbered) {
          const asked = byName.get(username) ?? [];
          byName.delete(username);
          numbers.set(username, answer(username, visits, asked));
          recorded += asked.length;
        }
      };
      try {
        const turn = turns.choose((username) => times.has(username));
        await recordVisits(run, times, { turn, lockTimeoutMs, onCommit });
      } finally {
        if (recorded > 0) observeBatch(recorded, recorded);
        turns.observe(numbers, performance.now() - sentAt);
      }
    },
    async sendApart(batch, patienceMs) {
      const byName = groupByName(batch, limits.maxBatch);
      const numbered = await recordVisitsApart(run, countTimes(byName), patienceMs);
      let recorded = 0;
      for (const [username, visits] of numbered) {
        const asked = byName.get(username) ?? [];
        if (visits) {
          answer(username, visits, asked);
          recorded += asked.length;
        } else {
          for (const visit of asked) visit.reject(createTotalMissing());
        }
      }
      if (recorded > 0) observeBatch(recorded, recorded);
    },
  });
}

function countTimes(byName: ReadonlyMap<string, readonly Visit[]>): Map<string, number> {
  return new Map([...byName].map(([username, visits]) => [username, visits.length]));
}

/** Groups visits by name, and takes at most `most` of each. */
function groupByName(batch: readonly Visit[], most = Infinity): Map<string, Visit[]> {
  const byName = new Map<string, Visit[]>();
  for (const visit of batch) {
    const visits = byName.get(visit.item);
    if (!visits) byName.set(visit.item, [visit]);
    else if (visits.length < most) visits.push(visit);
  }
  return byName;
}
