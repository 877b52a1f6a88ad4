import type { ClientBase } from 'pg';
import type { RunStatement, Statement } from '../shared/statement';

/** Creates the function that runs statements on one connection of an owner's command. Errors are those of pg. */
export function createClientRunner(client: ClientBase): RunStatement {
  return async <Row extends object>({ text }: Statement, values: readonly unknown[]) =>
    (await client.query<Row>(text, [...values])).rows;
}
