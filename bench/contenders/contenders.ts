import type { Contender, ContenderName } from './contender';
import { footfall, twoProcesses, unbatched } from './footfall';
import { bare, databaseLimit, original, select1, select1Fast } from './references';

/** Everybody who takes part, by name, in the order of tables and plots. */
export const contenders: Readonly<Record<ContenderName, Contender>> = {
  footfall,
  'two-processes': twoProcesses,
  unbatched,
  original,
  bare,
  'select-1': select1,
  'select-1-fast': select1Fast,
  database: databaseLimit,
};
