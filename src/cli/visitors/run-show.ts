import {
  getOwnedVisitor,
  type RecordedChange,
  type VisitorRecord,
} from '../../services/queries/get-owned-visitor';
import { OperatorError } from '../../shared/operator-error';
import { print } from '../output';
import { runOnDatabase, withClient } from '../run-on-database';
import { renderVisitor, toJson } from './run-list';

/** Prints a visitor and what was changed about it. Fails if neither is there. */
export function runShow(name: string, { json }: { readonly json?: true }): Promise<void> {
  return runOnDatabase('visitors', (context) =>
    withClient(context, async (client) => {
      const { visitor, changes } = await getOwnedVisitor(client, name);
      if (!visitor && changes.length === 0) {
        throw new OperatorError(`there is no visitor ${JSON.stringify(name)}`);
      }
      if (json)
        print(JSON.stringify({ visitor: visitor ? toDetail(visitor) : null, changes: changes.map(toRow) }));
      else for (const line of renderRecord(name, { visitor, changes })) print(line);
    }),
  );
}

type ShownVisitor = NonNullable<VisitorRecord['visitor']>;

function toDetail(visitor: ShownVisitor): Record<string, unknown> {
  const { firstVisitAt, lastVisitAt } = visitor;
  return { ...toJson(visitor), firstVisitAt, lastVisitAt };
}

function toRow({ visitsBefore, visitsAfter, ...change }: RecordedChange): Record<string, unknown> {
  return { ...change, visitsBefore: Number(visitsBefore), visitsAfter: Number(visitsAfter) };
}

interface ShownRecord {
  readonly visitor: ShownVisitor | undefined;
  readonly changes: readonly RecordedChange[];
}

function renderRecord(name: string, { visitor, changes }: ShownRecord): string[] {
  return [
    visitor ? renderVisitor(visitor) : `there is no visitor ${JSON.stringify(name)}`,
    ...(visitor?.firstVisitAt && visitor.lastVisitAt
      ? [`first visit ${visitor.firstVisitAt.toISOString()}, last visit ${visitor.lastVisitAt.toISOString()}`]
      : []),
    ...changes.map(renderRow),
  ];
}

function renderRow(change: RecordedChange): string {
  const {
    changedAt,
    act,
    username,
    newName,
    keepsAlias,
    visitsBefore,
    visitsAfter,
    changedBy,
    changedByRole,
  } = change;
  const names = [username, newName]
    .flatMap((name) => (name === null ? [] : [JSON.stringify(name)]))
    .join(' ');
  const subject = names === '' ? 'an erased name' : names;
  const alias = keepsAlias ? ' --keep-alias' : '';
  return `${changedAt.toISOString()}  ${act} ${subject}${alias}  ${visitsBefore} -> ${visitsAfter} visits  by ${changedBy} (${changedByRole})`;
}
