import type { Contender, ContenderName } from './contender';
import { footfall, twoProcesses, unbatched } from './footfall';
import { bare, databaseLimit, original } from './references';

/** Everybody who takes part, by name, in the order of tables and plots. */
export const contenders: Readonly<Record<ContenderName, Contender>> = {
  footfall,
  'two-processes': twoProcesses,
  unbatched,
  original,
  bare,
  database: databaseLimit,
};
