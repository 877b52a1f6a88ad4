import { limitFaults } from './limit-faults.mjs';
import { memoryFault } from './memory-fault.mjs';
import { pathFaults } from './path-faults.mjs';
import { processFaults } from './process-faults.mjs';

/** Every row of the table, in its order. */
export const faults = [
  {
    name: 'none',
    title: 'no fault',
    rounds: { ci: 1, long: 3 },
    needs: { database: 'own' },
    isExact: true,
    isHarmless: true,
    strike: () => 0,
  },
  ...processFaults,
  ...pathFaults,
  ...limitFaults,
  memoryFault,
];
