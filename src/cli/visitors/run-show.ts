import { Readable } from 'node:stream';
import type { ClientBase } from 'pg';
import {
  getOwnedVisitor,
  listRetiredQuarters,
  listVisitTimes,
  type RecordedChange,
  type VisitorOfRecord,
} from '../../services/queries/get-owned-visitor';
import { OperatorError } from '../../shared/operator-error';
import { createOutput, type WriteOutput } from '../output';
import { withClient } from '../../lifecycle/use-database';
import { runOnDatabase } from '../run-on-database';
import { renderVisitor, toJson } from './run-list';

/** Prints a visitor and what was changed about it. Fails if neither is there. */
export function runShow(
  name: string,
  { times, json }: { readonly times?: true; readonly json?: true },
): Promise<void> {
  return runOnDatabase('visitors', (context) =>
    withClient(context, async (client) => {
      const { visitor, changes } = await getOwnedVisitor(client, name);
      if (!visitor && changes.length === 0) {
        throw new OperatorError(`there is no visitor ${JSON.stringify(name)}`);
      }
      const write = createOutput(process.stdout);
      if (json) {
        const shown = { visitor: visitor ? toDetail(visitor) : null, changes: changes.map(toRow) };
        await write(JSON.stringify(shown).slice(0, -1));
        if (times) await writeTimesAsJson(client, visitor?.id, write);
        await write('}\n');
        return;
      }
      const lines = [...renderHead(name, visitor), ...changes.map(renderRow)];
      await write(lines.map((line) => `${line}\n`).join(''));
      if (!times || !visitor) return;
      for await (const some of listRetiredQuarters(client, visitor.id)) {
        const text = some.map(
          ({ start, visits }) => `${visits} retired visits in the 15 minutes from ${start.toISOString()}\n`,
        );
        await write(text.join(''));
      }
      for await (const some of listVisitTimes(client, visitor.id)) {
        await write(some.map((time) => `visit at ${time.toISOString()}\n`).join(''));
      }
    }),
  );
}

async function writeTimesAsJson(
  client: ClientBase,
  visitorId: string | undefined,
  write: WriteOutput,
): Promise<void> {
  const writeAll = async (name: string, parts: AsyncIterable<readonly unknown[]>): Promise<void> => {
    let lead = `,"${name}":[`;
    for await (const some of parts) {
      await write(lead + some.map((row) => JSON.stringify(row)).join(','));
      lead = ',';
    }
    await write(lead === ',' ? ']' : `${lead}]`);
  };
  // One after the other, since each has its own transaction.
  const none = Readable.from([]);
  await writeAll('times', visitorId === undefined ? none : listVisitTimes(client, visitorId));
  await writeAll('retiredTimes', visitorId === undefined ? none : listRetiredQuarters(client, visitorId));
}

function toDetail(visitor: VisitorOfRecord): Record<string, unknown> {
  const { imported, retired, firstVisitAt, lastVisitAt, idempotencyKeys, countedClients } = visitor;
  const numbers = {
    imported: Number(imported),
    retired: Number(retired),
    countedClients: Number(countedClients),
  };
  return { ...toJson(visitor), ...numbers, firstVisitAt, lastVisitAt, idempotencyKeys };
}

function toRow({ visitsBefore, visitsAfter, ...change }: RecordedChange): Record<string, unknown> {
  return { ...change, visitsBefore: Number(visitsBefore), visitsAfter: Number(visitsAfter) };
}

function renderHead(name: string, visitor: VisitorOfRecord | undefined): string[] {
  if (!visitor) return [`there is no visitor ${JSON.stringify(name)}`];
  const { imported, retired, firstVisitAt, lastVisitAt, idempotencyKeys, countedClients } = visitor;
  return [
    renderVisitor(visitor),
    ...(imported === '0' ? [] : [`imported from another counter: ${imported}`]),
    ...(retired === '0' ? [] : [`retired, so kept by quarter of an hour: ${retired}`]),
    ...(firstVisitAt && lastVisitAt
      ? [`first visit ${firstVisitAt.toISOString()}, last visit ${lastVisitAt.toISOString()}`]
      : []),
    ...idempotencyKeys.map((key) => `key ${JSON.stringify(key)}`),
    ...(countedClients === '0' ? [] : [`clients counted once, by keys of the last day: ${countedClients}`]),
  ];
}

function renderRow(change: RecordedChange): string {
  const { changedAt, act, username, newName, keepsAlias } = change;
  const { visitsBefore, visitsAfter, changedBy, changedByRole } = change;
  const names = [username, newName].flatMap((name) => (name === null ? [] : [JSON.stringify(name)]));
  const subject = names.length === 0 ? 'an erased name' : names.join(' ');
  return [
    changedAt.toISOString(),
    `${act} ${subject}${keepsAlias ? ' --keep-alias' : ''}`,
    `${visitsBefore} -> ${visitsAfter} visits`,
    `by ${changedBy} (${changedByRole})`,
  ].join('  ');
}
