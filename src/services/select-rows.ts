import { QueryTypes } from 'sequelize';
import type { Models } from '../models';

/** Runs a SELECT of our own on the pool of the models; values are bound, never written into the text. */
export async function selectRows<Row extends object>(
  { Visitor }: Models,
  sql: string,
  bind: readonly unknown[] = [],
): Promise<Row[]> {
  const { sequelize } = Visitor;
  if (!sequelize) throw new Error('the models are bound to no connection');
  return sequelize.query<Row>(sql, { type: QueryTypes.SELECT, bind: [...bind] });
}
