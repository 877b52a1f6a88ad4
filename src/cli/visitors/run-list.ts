import { listAllVisitors, type OwnedVisitor } from '../../services/queries/list-all-visitors';
import { createOutput } from '../output';
import { withClient } from '../../lifecycle/use-database';
import { runOnDatabase } from '../run-on-database';

/** Prints all visitors by id, one a line, or as one line of JSON. */
export function runList({ json }: { readonly json?: true }): Promise<void> {
  return runOnDatabase('visitors', (context) =>
    withClient(context, async (client) => {
      const write = createOutput(process.stdout);
      let lead = '[';
      for await (const visitors of listAllVisitors(client)) {
        if (json) await write(lead + visitors.map((visitor) => JSON.stringify(toJson(visitor))).join(','));
        else await write(visitors.map((visitor) => `${renderVisitor(visitor)}\n`).join(''));
        lead = ',';
      }
      if (json) await write(`${lead === '[' ? lead : ''}]\n`);
    }),
  );
}

/** Renders a visitor as a line. */
export function renderVisitor({ username, visits, hiddenAt, aliases }: OwnedVisitor): string {
  const names = aliases.map((alias) => JSON.stringify(alias)).join(', ');
  return [
    `${JSON.stringify(username)}  ${visits} visits`,
    ...(hiddenAt ? [`hidden since ${hiddenAt.toISOString()}`] : []),
    ...(aliases.length > 0 ? [`aliases ${names}`] : []),
  ].join('  ');
}

/** Returns a visitor as it is printed as JSON. */
export function toJson({ id, username, visits, hiddenAt, aliases }: OwnedVisitor): Record<string, unknown> {
  return { id: Number(id), username, visits: Number(visits), hiddenAt, aliases };
}
